#include "faults.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <tuple>

#include "base/error.hpp"

namespace caitu::demo {

void Faults::write(const std::filesystem::path& file) const {
  std::vector<Fault> sorted = all_;
  std::sort(sorted.begin(), sorted.end(),
            [](const Fault& a, const Fault& b) { return std::tie(a.file, a.row) < std::tie(b.file, b.row); });
  std::ofstream out(file, std::ios::binary);
  out << "file,row,key,fault\n";
  for (const Fault& planted : sorted)
    out << fmt::format("{},{},{},{}\n", planted.file, planted.row, planted.key, planted.kind);
  out.close();
  if (!out)
    throw base::Error(base::Code::io, "The file cannot be written.", base::Where{.file = file.string()});
}

}  // namespace caitu::demo
