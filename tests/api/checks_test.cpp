#include "api/checks.hpp"

#include "api/fixture.hpp"
#include "base/units.hpp"
#include "catalog/import.hpp"
#include "geometry/codec.hpp"
#include "geometry/measure.hpp"

using namespace caitu;
using namespace caitu::api;
using namespace caitu::api::test;
using base::Json;
using catalog::test::collection;

namespace {

/// A process as the checks' are, that has nothing to run.
jobs::Process check_process(const std::string& id) {
  jobs::Process process;
  process.id = id;
  process.inputs = {{"as_of", {"日期", "Day"}, {{"type", "string"}, {"format", "date"}}, false},
                    {"population_year", {"年份", "Year"}, {{"type", "integer"}}, false},
                    {"publish", {"发布", "Publish"}, {{"type", "boolean"}}, false}};
  process.publishes = [](const Json& inputs) { return inputs.value("publish", false); };
  process.check = [](Json& inputs, const std::string&) {
    if (!inputs.contains("as_of")) inputs["as_of"] = "2024-12-31";
  };
  return process;
}

struct Checks : Served {
  explicit Checks(bool reads_open = true) : Served(reads_open) {
    for (const char* id : {"retention", "greenhouse", "checks"}) processes.push_back(check_process(id));
    jobs.results = folder.path() / "results";
  }

  http::Response ask(http::Method method, const std::string& target, const std::string& token = {},
                     const std::string& body = {}) {
    http::Request request = asks(target, token);
    request.body = body;
    return answer(method, std::move(request));
  }
  Json get(const std::string& target, const std::string& token = {}) {
    return Json::parse(*ask(http::Method::get, target, token).body);
  }

  /// An edition of vegetable_land with fields of a hundredth of a degree, side by side.
  void import_fields(int count) {
    std::vector<std::string> features;
    for (int i = 0; i < count; ++i)
      features.push_back(R"({"type":"Feature","properties":{"plot_id":")" + std::to_string(i) +
                         R"(","growing":"open","since":"2020-01-01"},"geometry":)" + field(i) + "}");
    catalog::ImportRequest request;
    request.layer = "vegetable_land";
    request.as_of = "2024-12-31";
    request.files = {folder.write("fields.geojson", collection(features))};
    catalog::import_delivery(workspace, {source("geodata/layers")}, request);
    catalog.refresh();
  }
  static std::string field(int number) {
    const double west = 116.3 + 0.01 * number, south = 39.7;
    return Json{{"type", "Polygon"},
                {"coordinates",
                 {{{west, south},
                   {west + 0.01, south},
                   {west + 0.01, south + 0.01},
                   {west, south + 0.01},
                   {west, south}}}}}
        .dump();
  }
  static double field_mu(int number) {
    return base::mu_from_m2(geometry::area_m2(geometry::read_geojson(Json::parse(field(number)))));
  }
};

Json json_of(const http::Response& response) { return Json::parse(*response.body); }

}  // namespace

TEST_CASE("the list of checks says of each its rules, and which of their layers are not there") {
  Checks served;
  const Json list = served.get("/checks")["checks"];
  REQUIRE(list.size() == 6);
  CHECK(list[0]["id"] == "retention");
  CHECK(list[0]["title"] == "人均菜地保有面积");
  CHECK(list[0]["rules"][0]["missing"] == Json{"vegetable_land"});
  CHECK(list[0]["layers"][0]["there"] == false);
  CHECK(list[4]["rules"].size() == 10);
  CHECK(list[4]["rules"][0]["id"] == "G1");
  served.import_fields(1);
  const Json now = served.get("/checks")["checks"][0];
  CHECK(now["rules"][0]["missing"].empty());
  CHECK(now["layers"][0]["there"] == true);
  CHECK(now["layers"][0]["edition"] == 1);
}

TEST_CASE("a what-if says what drawn and removed land would come to, and changes nothing") {
  Checks served;
  served.import_fields(3);
  const Json now = served.get("/checks/retention/what-if")["now"];
  CHECK(now["id"] == "retention.per_capita");
  const double land = Checks::field_mu(0) + Checks::field_mu(1) + Checks::field_mu(2);
  CHECK(now["detail"]["retained_mu"].get<double>() == Approx(land).epsilon(1e-9));

  const Json drawn = json_of(
      served.ask(http::Method::post, "/checks/retention/what-if", "",
                 R"({"add":[)" + Checks::field(2) + "," + Checks::field(5) + R"(],"residents":1000})"));
  CHECK(drawn["gained_mu"].get<double>() == Approx(Checks::field_mu(5)).epsilon(1e-9));
  CHECK(drawn["lost_mu"] == 0.0);
  CHECK(drawn["after"]["detail"]["residents"] == 1000);
  CHECK(drawn["now"] == now);
  CHECK(drawn["editions"]["vegetable_land"]["edition"] == 1);
  const auto feature =
      served.get("/ogc/collections/vegetable_land/items?limit=1")["features"][0]["id"].get<std::uint64_t>();
  const Json removed = json_of(served.ask(http::Method::post, "/checks/retention/what-if", "",
                                          R"({"remove":[)" + std::to_string(feature) + "]}"));
  CHECK(removed["lost_mu"].get<double>() == Approx(Checks::field_mu(0)).epsilon(1e-5));
  // A collection is the same as a list.
  const Json collected = json_of(
      served.ask(http::Method::post, "/checks/retention/what-if", "",
                 R"({"add":{"type":"FeatureCollection","features":[{"type":"Feature","geometry":)" +
                     Checks::field(5) + R"(},{"type":"Feature","geometry":)" + Checks::field(5) + "}]}}"));
  CHECK(collected["gained_mu"].get<double>() == Approx(drawn["gained_mu"].get<double>()).epsilon(1e-12));
}

TEST_CASE("a what-if names the member of its body that is wrong") {
  Checks served;
  served.import_fields(1);
  const auto wrong = [&](const std::string& body) {
    const http::Response response = served.ask(http::Method::post, "/checks/retention/what-if", "", body);
    CHECK(response.status == 400);
    return json_of(response).value("parameter", "");
  };
  const std::string bow =
      R"({"type":"Polygon","coordinates":[[[116,39.7],[116.1,39.8],[116.1,39.7],[116,39.8],[116,39.7]]]})";
  CHECK(wrong("[1]") == "body");
  CHECK(wrong(R"({"adds":[]})") == "adds");
  CHECK(wrong(R"({"add":[{"type":"Point","coordinates":[116,39.7]}]})") == "add[0]");
  CHECK(wrong(R"({"add":[)" + Checks::field(1) + "," + bow + "]}") == "add[1]");
  CHECK(wrong(R"({"add":{"type":"FeatureCollection"}})") == "add.features");
  CHECK(wrong(R"({"add":7})") == "add");
  CHECK(wrong(R"({"remove":[-1]})") == "remove[0]");
  CHECK(wrong(R"({"remove":[12]})") == "remove");
  CHECK(wrong(R"({"residents":0})") == "residents");
  CHECK(wrong(R"({"residents":2.5})") == "residents");
  CHECK(wrong(R"({"population_year":"2022"})") == "population_year");
  CHECK(wrong(R"({"threshold_li":-3})") == "threshold_li");
  CHECK(wrong(R"({"as_of":"2024-02-30"})") == "as_of");
  std::string ring = "[[116,39.5]";
  for (int i = 1; i <= 100'000; ++i) ring += ",[116.1,39.6]";
  CHECK(served
            .ask(http::Method::post, "/checks/retention/what-if", "",
                 R"({"add":[{"type":"Polygon","coordinates":[)" + ring + "]]}]}")
            .status == 413);
}

TEST_CASE("one desk answers for one state of the land, and another when the land is another") {
  Checks served;
  CHECK(served.ask(http::Method::get, "/checks/retention/what-if").status == 404);
  served.import_fields(1);
  const auto first = served.desks.as_of(std::nullopt);
  CHECK(served.desks.as_of(std::nullopt) == first);
  CHECK(served.desks.as_of("2024-12-31") == first);
  CHECK(served.desks.as_of("2025-06-30") != first);
  CHECK(served.desks.as_of(std::nullopt) == first);
  served.import_fields(2);
  CHECK(served.desks.as_of(std::nullopt) != first);
}

TEST_CASE("a check is run as a job of its process, and all of them as one") {
  Checks served(false);
  const std::string zhang = served.account("zhang", access::Role::analyst),
                    vera = served.account("vera", access::Role::viewer),
                    boss = served.account("boss", access::Role::admin);
  const auto post = [&](const std::string& check, const std::string& token, const std::string& body = {}) {
    return served.ask(http::Method::post, "/checks/" + check + "/runs", token, body);
  };
  CHECK(post("greenhouse", "").status == 401);
  CHECK(post("greenhouse", vera).status == 403);
  const http::Response made = post("greenhouse", zhang);
  REQUIRE(made.status == 201);
  const std::string id = json_of(made)["id"];
  CHECK(header(made, "Location") == "http://test/checks/runs/" + id);
  CHECK(served.queue.find(id).job.inputs == Json{{"as_of", "2024-12-31"}});
  CHECK(json_of(post("all", zhang))["check"] == "all");
  CHECK(post("greenhouses", zhang).status == 404);
  CHECK(json_of(post("greenhouses", zhang))["hint"] == "did you mean \"greenhouse\"?");
  CHECK(json_of(post("greenhouse", zhang, R"({"asof":"2024-12-31"})"))["parameter"] == "asof");
  CHECK(json_of(post("greenhouse", zhang, R"({"as_of":"yesterday"})"))["parameter"] == "as_of");
  CHECK(json_of(post("greenhouse", zhang, R"({"publish":"yes"})"))["parameter"] == "publish");
  CHECK(post("greenhouse", zhang, R"({"publish":true})").status == 403);
  CHECK(post("greenhouse", boss, R"({"publish":true})").status == 201);
  // By the other address the same is refused.
  const std::string execute = R"({"inputs":{"publish":true}})";
  CHECK(served.ask(http::Method::post, "/ogc/processes/greenhouse/execution", zhang, execute).status == 403);

  CHECK(served.get("/checks/runs", zhang)["runs"].size() == 2);
  CHECK(served.get("/checks/runs", boss)["runs"].size() == 3);
  CHECK(served.get("/checks/runs?check=all", zhang)["runs"][0]["check"] == "all");
  CHECK(served.get("/checks/runs?limit=1", boss)["runs"].size() == 1);
  CHECK(served.ask(http::Method::get, "/checks/runs/" + id, boss).status == 200);
  CHECK(served.ask(http::Method::get, "/checks/runs/" + id, vera).status == 404);
}

TEST_CASE("a run that has ended tells what it came to, and gives its evidence under entity tags") {
  Checks served;
  const jobs::JobRecord job =
      served.queue.add(check_process("greenhouse"), {{"as_of", "2024-12-31"}}, "zhang");
  const std::string place = "/checks/runs/" + job.id;
  CHECK(served.ask(http::Method::get, place + "/report.html").status == 404);
  std::filesystem::create_directories(served.jobs.results / job.id);
  std::ofstream(served.jobs.results / job.id / "report.html") << "<p>十</p>";
  std::ofstream(served.jobs.results / job.id / "findings.xlsx") << "xlsx";
  served.queue.finish(job, jobs::JobStatus::successful, "done",
                      {{"as_of", "2024-12-31"},
                       {"checks", Json::array()},
                       {"findings", Json::array()},
                       {"files", {{{"name", "report.html"}}, {{"name", "findings.xlsx"}}}}});
  const Json told = served.get(place);
  CHECK(told["status"] == "successful");
  CHECK(told.contains("checks"));
  CHECK(told["links"].size() == 4);
  CHECK(told["links"][2]["href"] == "http://test" + place + "/report.html");

  const http::Response page = served.ask(http::Method::get, place + "/report.html");
  REQUIRE(page.status == 200);
  CHECK(header(page, "Content-Type") == "text/html; charset=utf-8");
  CHECK(header(page, "Content-Disposition") == "inline; filename=\"greenhouse-2024-12-31-report.html\"");
  CHECK(page.etag == served.ask(http::Method::get, place + "/report.html").etag);
  const http::Response table = served.ask(http::Method::get, place + "/report.xlsx");
  REQUIRE(table.status == 200);
  CHECK(header(table, "Content-Disposition").starts_with("attachment"));
  CHECK(table.etag != page.etag);
  CHECK(served.ask(http::Method::get, place + "/report.gpkg").status == 404);
  CHECK(served.ask(http::Method::get, place + "/findings.xlsx").status == 404);
  CHECK(served.ask(http::Method::get, "/ogc/jobs/" + job.id + "/results/findings.xlsx").etag == table.etag);
  CHECK(served.get("/ogc/jobs/" + job.id + "/results")["files"][1]["href"] ==
        "http://test/ogc/jobs/" + job.id + "/results/findings.xlsx");
  std::filesystem::remove_all(served.jobs.results);
  CHECK(served.ask(http::Method::get, place + "/report.html").status == 404);
}

TEST_CASE("the interface's description has a schema for every body of the checks") {
  Checks served;
  const Json paths = served.get("/ogc/api")["paths"];
  const Json post = paths["/checks/{check}/runs"]["post"];
  CHECK(post["requestBody"]["required"] == false);
  CHECK(post["requestBody"]["content"]["application/json"]["schema"]["properties"].contains("publish"));
  CHECK(post["responses"].contains("201"));
  CHECK(paths["/checks/retention/what-if"]["post"]["requestBody"]["content"]["application/json"]["schema"]
             ["properties"]
                 .contains("threshold_li"));
  CHECK(paths["/flags/{id}"]["patch"]["parameters"][1]["name"] == "If-Match");
  for (const auto& [path, operations] : paths.items()) {
    if (!path.starts_with("/checks") && !path.starts_with("/flags")) continue;
    for (const auto& [method, operation] : operations.items()) {
      INFO(method << " " << path);
      const std::string status = operation["responses"].items().begin().key();
      CHECK((status == "204" || operation["responses"][status].contains("content")));
    }
  }
}
