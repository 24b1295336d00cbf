#include "api/jobs.hpp"

#include "api/fixture.hpp"
#include "api/processes.hpp"

using namespace caitu;
using namespace caitu::api;
using namespace caitu::api::test;
using base::Json;

namespace {

jobs::Process counting() {
  jobs::Process process;
  process.id = "count";
  process.title = {"数数", "Count"};
  process.inputs = {{"most", {"上限", "Up to"}, {{"type", "integer"}}, true}};
  return process;
}

struct Jobs : Served {
  explicit Jobs(bool reads_open = false) : Served(reads_open) { processes.push_back(counting()); }

  http::Response ask(http::Method method, const std::string& target, const std::string& token,
                     const std::string& body = {}) {
    http::Request request = asks(target, token);
    request.body = body;
    return answer(method, std::move(request));
  }
  Json get(const std::string& target, const std::string& token) {
    return Json::parse(*ask(http::Method::get, target, token).body);
  }
};

Json json_of(const http::Response& response) { return Json::parse(*response.body); }

}  // namespace

TEST_CASE("an account sees its own jobs, an administrator all, nobody only where reads are open") {
  Jobs served;
  const std::string zhang = served.account("zhang", access::Role::analyst),
                    li = served.account("li", access::Role::analyst),
                    boss = served.account("boss", access::Role::admin);
  const std::string id = served.queue.add(counting(), {{"most", 3}}, "zhang").id;
  CHECK(served.get("/ogc/jobs", zhang)["jobs"].size() == 1);
  CHECK(served.get("/ogc/jobs", li)["jobs"].empty());
  CHECK(served.get("/ogc/jobs", boss)["jobs"].size() == 1);
  CHECK(served.ask(http::Method::get, "/ogc/jobs", "").status == 401);
  const std::string none = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/no-such-job";
  CHECK(served.get("/ogc/jobs/" + id, li)["type"] == none);
  CHECK(served.ask(http::Method::del, "/ogc/jobs/" + id, li).status == 404);
  CHECK(served.get("/ogc/jobs/" + id, zhang)["status"] == "accepted");
  CHECK(served.get("/ogc/jobs/" + id + "/results", zhang)["type"].get<std::string>().ends_with(
      "result-not-ready"));
  CHECK(json_of(served.ask(http::Method::del, "/ogc/jobs/" + id, zhang))["status"] == "dismissed");
  CHECK(served.ask(http::Method::get, "/ogc/jobs/" + id + "/results", zhang).status == 404);

  Jobs open(true);
  open.queue.add(counting(), {{"most", 3}}, "zhang");
  CHECK(open.get("/ogc/jobs", "")["jobs"].size() == 1);
}

TEST_CASE("an execution answers 201 with the place of its job, or names the input that is wrong") {
  Jobs served;
  const std::string zhang = served.account("zhang", access::Role::analyst);
  const auto post = [&](const std::string& body) {
    return served.ask(http::Method::post, "/ogc/processes/count/execution", zhang, body);
  };
  const http::Response made = post(R"({"inputs": {"most": {"value": 3}}, "response": "document"})");
  CHECK(made.status == 201);
  const std::string id = json_of(made)["jobID"];
  CHECK(header(made, "Location") == "http://test/ogc/jobs/" + id);
  CHECK(served.queue.find(id).job.inputs == Json{{"most", 3}});
  CHECK(served.queue.find(id).job.document);
  CHECK(json_of(post(R"({"inputs": {"most": "three"}})"))["parameter"] == "inputs.most");
  CHECK(json_of(post(R"({"inputs": {"most": 3, "mots": 3}})"))["parameter"] == "inputs.mots");
  CHECK(json_of(post("{}"))["parameter"] == "inputs.most");
  CHECK(json_of(post(R"({"input": {"most": 3}})"))["parameter"] == "input");
  CHECK(json_of(post(R"({"inputs": {"most": 3}, "response": "pdf"})"))["parameter"] == "response");
  CHECK(json_of(post(R"({"inputs": {"most": 3}, "response": 7})"))["parameter"] == "response");
  CHECK(json_of(post(R"({"inputs": {"most": 3}, "outputs": {"map": {}}})"))["parameter"] == "outputs.map");
  CHECK(post("[1]").status == 400);
  CHECK(post("{\"inputs\": ").status == 400);
  CHECK(served.queue.list().size() == 1);
}

TEST_CASE("a process that changes the record is an administrator's") {
  Jobs served;
  served.processes.back().changes_record = true;
  const std::string analyst = served.account("zhang", access::Role::analyst),
                    admin = served.account("boss", access::Role::admin);
  const std::string body = R"({"inputs": {"most": 3}})";
  CHECK(served.ask(http::Method::post, "/ogc/processes/count/execution", analyst, body).status == 403);
  CHECK(served.ask(http::Method::post, "/ogc/processes/count/execution", admin, body).status == 201);
}

TEST_CASE("results are what the process gave, raw or as a document; those of a failed job its problem") {
  Jobs served;
  const std::string zhang = served.account("zhang", access::Role::analyst);
  const auto ended = [&](bool document, jobs::JobStatus status, const Json& result) {
    const jobs::JobRecord job = served.queue.add(counting(), {{"most", 3}}, "zhang", document);
    served.queue.finish(job, status, "", result);
    return served.ask(http::Method::get, "/ogc/jobs/" + job.id + "/results", zhang);
  };
  CHECK(json_of(ended(false, jobs::JobStatus::successful, {{"n", 3}})) == Json{{"n", 3}});
  CHECK(json_of(ended(true, jobs::JobStatus::successful, {{"n", 3}})) == Json{{"report", {{"n", 3}}}});
  const base::Error error(base::Code::refused, "the file has no CRS", "say crs");
  const http::Response failed = ended(false, jobs::JobStatus::failed, jobs::to_json(error));
  CHECK(failed.status == 400);
  CHECK(json_of(failed)["detail"] == "the file has no CRS");
  CHECK(json_of(failed)["hint"] == "say crs");
}

TEST_CASE("the list of jobs is narrowed by process, status, time and length") {
  Jobs served(true);
  const jobs::JobRecord job = served.queue.add(counting(), {{"most", 3}}, "zhang");
  const auto count = [&](const std::string& query) {
    return served.get("/ogc/jobs?" + query, "")["jobs"].size();
  };
  CHECK(count("processID=count,import") == 1);
  CHECK(count("processID=import") == 0);
  CHECK(count("status=accepted,running") == 1);
  CHECK(count("status=failed") == 0);
  CHECK(count("type=process") == 1);
  CHECK(count("datetime=2020-01-01/..") == 1);
  CHECK(count("datetime=../2020-01-01") == 0);
  CHECK(count("datetime=" + job.created_at.substr(0, 10)) == 1);
  CHECK(count("minDuration=0") == 0);  // it has not begun
  CHECK(served.get("/ogc/jobs?datetime=today", "")["parameter"] == "datetime");
  CHECK(served.get("/ogc/jobs?status=done", "")["parameter"] == "status");
}

TEST_CASE("the name of an upload comes from the address or the header, and is no path") {
  const auto named = [](const std::string& target, const std::string& disposition) {
    http::Request request = asks(target);
    if (!disposition.empty()) request.headers.emplace_back("content-disposition", disposition);
    return upload_name(request);
  };
  CHECK(named("/uploads?name=%E5%A4%A7%E5%85%B4.zip", "") == "大兴.zip");
  CHECK(named("/uploads", "attachment; filename=\"a b.zip\"") == "a b.zip");
  CHECK(named("/uploads", "attachment; filename=a.zip; size=3") == "a.zip");
  CHECK(named("/uploads", "attachment; filename=\"x.zip\"; filename*=UTF-8''%E8%8F%9C.zip") == "菜.zip");
  CHECK(named("/uploads?name=..%2F..%2Fetc%2Fpasswd", "") == "passwd");
  CHECK_THROWS_AS(named("/uploads", ""), base::Error);
  CHECK_THROWS_AS(named("/uploads?name=..", ""), base::Error);
}
