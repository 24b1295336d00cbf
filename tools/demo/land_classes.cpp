#include "land.hpp"

namespace caitu::demo {

LandClass land_class(Use use) {
  switch (use) {
    case Use::paddy:
      return {"0101", "水田"};
    case Use::irrigated:
      return {"0102", "水浇地"};
    case Use::dry:
      return {"0103", "旱地"};
    case Use::orchard:
      return {"0201", "果园"};
    case Use::wood:
      return {"0301", "乔木林地"};
    case Use::shrub:
      return {"0305", "灌木林地"};
    case Use::young_wood:
      return {"0307", "其他林地"};
    case Use::grass:
      return {"0404", "其他草地"};
    case Use::shop:
      return {"05H1", "商业服务业设施用地"};
    case Use::store:
      return {"0508", "物流仓储用地"};
    case Use::works:
      return {"0601", "工业用地"};
    case Use::town_house:
      return {"0701", "城镇住宅用地"};
    case Use::homestead:
      return {"0702", "农村宅基地"};
    case Use::office:
      return {"08H1", "机关团体新闻出版用地"};
    case Use::school:
      return {"08H2", "科教文卫用地"};
    case Use::road:
      return {"1003", "公路用地"};
    case Use::street:
      return {"1004", "城镇村道路用地"};
    case Use::lane:
      return {"1006", "农村道路"};
    case Use::river:
      return {"1101", "河流水面"};
    case Use::reservoir:
      return {"1103", "水库水面"};
    case Use::pond:
      return {"1104", "坑塘水面"};
    case Use::fish_pond:
      return {"1104A", "养殖坑塘"};
    case Use::ditch:
      return {"1107", "沟渠"};
    case Use::facility:
      return {"1202", "设施农用地"};
    case Use::none:
      break;
  }
  return {};
}

}  // namespace caitu::demo
