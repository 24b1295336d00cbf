#include "file_faults.hpp"

#include <gdal_priv.h>
#include <ogrsf_frmts.h>

#include <fstream>
#include <vector>

#include "base/error.hpp"

namespace caitu::demo {
namespace {

constexpr std::size_t kLocationNameField = 10;  // ZLDWMC
constexpr std::size_t kBaseIdField = 0, kFoundedField = 7;

[[noreturn]] void fail(const std::filesystem::path& file) {
  throw base::Error(base::Code::io, "No data fault can be planted.", base::Where{.file = file.string()});
}

/// The bytes of a .dbf's values.
class Dbf {
 public:
  explicit Dbf(const std::filesystem::path& file)
      : file_(file, std::ios::in | std::ios::out | std::ios::binary), name_(file) {
    constexpr std::size_t kHead = 32;
    const auto number = [](const std::string& bytes, std::size_t at) {
      return static_cast<std::size_t>(static_cast<unsigned char>(bytes[at])) +
             256 * static_cast<std::size_t>(static_cast<unsigned char>(bytes[at + 1]));
    };
    const std::string head = read(0, kHead);
    first_row_ = number(head, 8);
    row_bytes_ = number(head, 10);
    std::size_t at = 1;
    const std::string fields = read(kHead, first_row_ - kHead);
    for (std::size_t i = 0; i + kHead <= fields.size(); i += kHead) {
      fields_.push_back({at, static_cast<unsigned char>(fields[i + 16])});
      at += fields_.back().width;
    }
  }

  /// `row` from 1, `field` from 0; without the spaces at its end.
  std::string text(std::size_t row, std::size_t field) {
    const std::string value = read(place(row, field), fields_[field].width);
    return value.substr(0, value.find_last_not_of(' ') + 1);
  }
  void set_text(std::size_t row, std::size_t field, std::string value) {
    value.resize(fields_[field].width, ' ');
    file_.seekp(static_cast<std::streamoff>(place(row, field)));
    file_.write(value.data(), static_cast<std::streamsize>(value.size()));
    if (!file_.flush()) fail(name_);
  }

 private:
  struct Field {
    std::size_t at, width;
  };
  std::size_t place(std::size_t row, std::size_t field) const {
    return first_row_ + (row - 1) * row_bytes_ + fields_[field].at;
  }
  std::string read(std::size_t at, std::size_t bytes) {
    std::string value(bytes, '\0');
    file_.seekg(static_cast<std::streamoff>(at));
    if (!file_.read(value.data(), static_cast<std::streamsize>(bytes))) fail(name_);
    return value;
  }

  std::fstream file_;
  std::filesystem::path name_;
  std::size_t first_row_ = 0, row_bytes_ = 0;
  std::vector<Field> fields_;
};

std::filesystem::path dbf_of(const std::filesystem::path& delivery, const std::string& shapefile) {
  return (delivery / shapefile).replace_extension(".dbf");
}

void cut_texts(const std::filesystem::path& delivery, const Faults& faults) {
  for (const Fault& planted : faults.all()) {
    if (planted.kind != fault::kBrokenText) continue;
    Dbf table(dbf_of(delivery, planted.file));
    std::string name = table.text(planted.row, kLocationNameField);
    name.pop_back();
    table.set_text(planted.row, kLocationNameField, name);
  }
}

void plant_dates(const std::filesystem::path& delivery, Faults& faults) {
  struct Date {
    const char* file;
    std::size_t row;
    const char* day;
  };
  constexpr Date kDates[] = {{"ring_bases/ring_bases_zone38.shp", 4, "20150231"},
                             {"ring_bases/ring_bases_zone39.shp", 9, "20161131"},
                             {"ring_bases/ring_bases_zone40.shp", 2, "20171340"}};
  for (const Date& date : kDates) {
    Dbf table(dbf_of(delivery, date.file));
    table.set_text(date.row, kFoundedField, date.day);
    faults.add({date.file, date.row, table.text(date.row, kBaseIdField), fault::kInvalidDate});
  }
}

void plant_repeated_zones(const std::filesystem::path& delivery, Faults& faults) {
  constexpr const char* kLayer = "basic_farmland";
  const std::filesystem::path file = delivery / "plan.gpkg";
  const GDALDatasetUniquePtr plan(GDALDataset::Open(file.c_str(), GDAL_OF_VECTOR | GDAL_OF_UPDATE));
  OGRLayer* layer = plan ? plan->GetLayerByName(kLayer) : nullptr;
  if (layer == nullptr) fail(file);
  for (const std::size_t row : {12, 34, 56}) {
    const OGRFeatureUniquePtr before(layer->GetFeature(static_cast<GIntBig>(row - 1)));
    const OGRFeatureUniquePtr repeats(layer->GetFeature(static_cast<GIntBig>(row)));
    if (!before || !repeats) fail(file);
    repeats->SetField("zone_id", before->GetFieldAsString("zone_id"));
    if (layer->SetFeature(repeats.get()) != OGRERR_NONE) fail(file);
    faults.add(
        {std::string("plan.gpkg:") + kLayer, row, before->GetFieldAsString("zone_id"), fault::kDuplicateKey});
  }
}

}  // namespace

void plant_in_files(const std::filesystem::path& delivery, Faults& faults) {
  cut_texts(delivery, faults);
  plant_dates(delivery, faults);
  plant_repeated_zones(delivery, faults);
}

}  // namespace caitu::demo
