"""An editor of the living layer `points` over HTTP, who remembers what was acknowledged."""
import http.client
import json
import time

from caitu import expect, get_json


class Editor:
    """One connection that edits points of its own.

    `refused`: method, path, status, text and what was asked for, of each edit that was answered with an error. `unanswered`: what was
    asked for and not answered yet, as (project number, name), the name None when the point was to go; else None. `latest`: when the last
    new point was acknowledged, and its id.
    """

    def __init__(self, port, token, name):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.token, self.name, self.features, self.times, self.refused = token, name, {}, [], []
        self.latest = self.unanswered = None

    def send(self, method, path, body=None, tag=None):
        headers = {"Authorization": "Bearer " + self.token}
        if body is not None:
            headers["Content-Type"] = "application/geo+json"
        if tag:
            headers["If-Match"] = tag
        begun = time.monotonic()
        self.connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = self.connection.getresponse()
        text = answer.read()
        self.times.append(1000 * (time.monotonic() - begun))
        if answer.status not in (201, 204):
            self.refused.append((method, path, answer.status, text, self.unanswered))
        return answer

    def edit(self, number):
        """Of ten edits seven make a point, two change one, one takes one out."""
        kind = number % 10
        if kind < 7 or not self.features:
            key = f"{self.name}-{number}"
            self.unanswered = (key, "0")
            answer = self.send("POST", "/ogc/collections/points/items", {
                "type": "Feature", "geometry": {"type": "Point", "coordinates": [116.2 + number % 97 / 200, 39.8 + number % 89 / 200]},
                "properties": {"project_id": key, "name": "0"}})
            if answer.status == 201:
                feature = answer.headers["Location"].rsplit("/", 1)[1]
                self.features[feature] = (answer.headers["ETag"], key, "0")
                self.latest = (time.monotonic(), feature)
            self.unanswered = None
            return
        feature, (tag, key, name) = list(self.features.items())[number * 7919 % len(self.features)]
        path = "/ogc/collections/points/items/" + feature
        self.unanswered = (key, str(number) if kind < 9 else None)
        if kind < 9:
            answer = self.send("PATCH", path, {"properties": {"name": str(number)}}, tag)
            if answer.status == 204:
                self.features[feature] = (answer.headers["ETag"], key, str(number))
        elif self.send("DELETE", path, tag=tag).status == 204:
            del self.features[feature]
        self.unanswered = None


def shown(port):
    """What readers see: name by project number."""
    page = get_json(f"http://127.0.0.1:{port}/ogc/collections/points/items?limit=10000")
    expect(not any(link["rel"] == "next" for link in page["links"]), "more points than one page holds")
    return {f["properties"]["project_id"]: f["properties"]["name"] for f in page["features"]}


def expected(editors):
    """What was acknowledged: name by project number."""
    return {key: name for editor in editors for _, key, name in list(editor.features.values())}
