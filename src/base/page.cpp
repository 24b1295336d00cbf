#include "base/page.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace caitu::base {
namespace {

constexpr std::string_view kStyle = R"css(
:root{--ink:#1d2529;--soft:#66737a;--rule:#dde3e6;--paper:#fff;--wash:#f5f7f8;--error:#c8332b;--warning:#c77800;--note:#3a6ea5}
*{box-sizing:border-box}
body{margin:0;background:var(--wash);color:var(--ink);font:15px/1.55 "Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei","PingFang SC",system-ui,sans-serif}
main{max-width:1160px;margin:0 auto;padding:32px 24px 64px}
h1{font-size:26px;margin:0 0 2px;letter-spacing:.02em}h2{font-size:18px;margin:36px 0 10px}h3{font-size:16px;margin:0}
.en{color:var(--soft);font-size:13px;font-weight:400}h1 .en{font-size:15px;margin-left:8px}h2 .en,h3 .en{margin-left:6px}
.notice{background:#fff6df;border-left:4px solid var(--warning);padding:8px 14px;margin:14px 0;border-radius:2px}
.facts{display:grid;grid-template-columns:repeat(4,1fr);gap:1px;background:var(--rule);border:1px solid var(--rule);border-radius:6px;overflow:hidden;margin:18px 0}
.facts div{background:var(--paper);padding:12px 16px}.facts b{display:block;font-size:22px;font-variant-numeric:tabular-nums;line-height:1.25}
.facts span{color:var(--soft);font-size:12.5px}
.card{background:var(--paper);border:1px solid var(--rule);border-radius:6px;padding:16px 18px;margin:14px 0;overflow:hidden}
table{border-collapse:collapse;width:100%;font-size:13.5px;font-variant-numeric:tabular-nums}
th{font-weight:600;text-align:left;color:var(--soft);border-bottom:1px solid var(--rule);padding:5px 10px 5px 0;vertical-align:bottom}
td{border-bottom:1px solid #eef1f2;padding:5px 10px 5px 0;vertical-align:top}tr:last-child td{border-bottom:0}
td.n,th.n{text-align:right;white-space:nowrap}td.w{white-space:nowrap}td.k{word-break:break-all;min-width:90px}
figure{margin:0}figcaption{font-size:12.5px;color:var(--soft);white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
svg{display:block;max-width:100%;height:auto;background:#fbfcfc;border:1px solid var(--rule);border-radius:4px}
.land{fill:#e6eaec;stroke:#b9c3c8;stroke-width:.5}.own{fill:#fff3c4;stroke:#7a6a1e;stroke-width:1}
.what{fill-opacity:.35;stroke-width:1.4}.at{fill:none;stroke-width:2}
.bar path{fill:none;stroke:#55626a;stroke-width:1.2}.bar text{font-size:10.5px;fill:#55626a}
a{color:inherit;text-decoration:none}.num{font-weight:700}tr:target td{background:#fff6df}
@media print{body{background:#fff}main{padding:0}.card{break-inside:auto}figure,tr{break-inside:avoid}}
)css";

}  // namespace

std::string begin_page(std::string_view title, std::string_view style) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width\"><title>{}</title><style>{}{}</style></head><body><main>",
      html_escaped(title), kStyle, style);
}

}  // namespace caitu::base
