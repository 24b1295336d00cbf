/**
 * Every word that the pages say, in both languages. A text missing from one of them does not compile.
 * Titles of layers and fields are not here: the server has them.
 */
export type Language = 'zh' | 'en'

export function isLanguage(name: string | null): name is Language {
  return name === 'zh' || name === 'en'
}

const zh = {
  htmlLang: 'zh-CN',
  brand: '菜图',
  pageTitle: '菜图 · 北京蔬菜用地',
  planTitle: '北京市蔬菜产业高质量发展三年行动计划（2023—2025年）',
  languageLabel: '语言 Language',
  skipToMap: '跳到地图',
  map: '地图',
  mapHelp: '方向键移动，加减键缩放，回车键查询地图中心',
  zoomIn: '放大',
  zoomOut: '缩小',
  wholeCity: '全市',
  close: '关闭',
  retry: '重试',
  loading: '正在查询…',
  mu: '亩',
  metres: '米',
  kilometres: '公里',
  scale: (length: string) => `比例尺：图上此长为 ${length}`,
  zoomLevel: (zoom: string) => `${zoom} 级`,
  dataFrom: '数据：本机 caitu 服务，CGCS2000',
  madeUp: '虚构数据：界线、地块、基地和数字均为编造，不代表实际情况。',

  legend: '图例',
  showLegend: '显示图例',
  hideLegend: '收起图例',
  groups: {
    inner: '京内保供圈', ring: '环京合作圈', outer: '外埠联动圈',
    land: '土地与设施', flags: '图斑与核查', base: '行政区划与道路',
  },
  classes: {
    'growing.open': '露地', 'growing.under_cover': '设施',
    'structures.farming': '看护房、生产附属', 'structures.other': '居住、经营及其他',
    'DLBM.01': '01 耕地', 'DLBM.02': '02 园地', 'DLBM.03': '03 林地', 'DLBM.04': '04 草地', 'DLBM.06': '06 工矿用地',
    'DLBM.07': '07 住宅用地', 'DLBM.10': '10 交通运输用地', 'DLBM.11': '11 水域及水利设施', 'DLBM.12': '12 其他土地',
    'DLBM.other': '其他地类',
  },
  fromZoom: (zoom: string) => `放大到 ${zoom} 级起显示`,
  upToZoom: (zoom: string) => `缩小到 ${zoom} 级以内显示`,
  asOf: (date: string) => `截至 ${date}`,
  count: (features: string) => `${features} 个`,
  legendFailed: '图层清单没有取到',

  totals: '乡镇合计',
  totalsHelp: '12 级以下，在各乡镇名下标注所选图层的面积',
  totalsNone: '不标注',
  totalsFailed: '乡镇合计没有取到',
  totalsByCode: (field: string) => `按座落代码 ${field} 归入乡镇。`,
  totalsByOutline: '按乡镇界线切割后归入。',
  totalsElsewhere: (mu: string) => `另有 ${mu} 不在任何乡镇内。`,

  search: '查找',
  searchHint: '乡镇、道路、基地、图斑号、坐标',
  searchClear: '清除',
  searchNone: '没有找到',
  searchMore: '还有更多，请写得更具体些',
  searchFailed: '查找没有成功',
  searchFound: (count: number) => `${count} 条结果，用上下键选择`,
  searching: '正在查找…',
  coordinates: '坐标',
  coordinatesRead: { degrees: '十进制度', dms: '度分秒', gauss: '高斯—克吕格坐标' },

  card: '此处要素',
  nothingHere: '此处没有图层要素',
  outside: '不在北京市乡镇内',
  area: '面积',
  moreFields: '其余字段',
  copyLink: '复制本视图链接',
  copied: '链接已复制',
  copyFailed: '浏览器不允许复制，请从地址栏复制',
  goHere: '移到此处',
  cardFailed: '此处的要素没有取到',
  yes: '是',
  no: '否',

  serverAway: '服务器没有应答，请确认 caitu 正在运行。',
  serverSays: (status: number, detail: string) => `服务器答复 ${status}：${detail}`,
  mapFailed: '地图没有取到',
  tilesFailed: '部分地图没有取到',
  noWebGl: '浏览器画不出地图：WebGL 不可用。请更新显卡驱动，或在浏览器设置中打开硬件加速。',
  webGlLost: '显卡中断了绘图，正在恢复；若地图仍是空白，请重新打开本页。',

  values: {
    growing: { open: '露地', under_cover: '设施' },
    kind: {
      guard_house: '看护房', packing_shed: '分拣包装间', cold_store: '冷库', storage: '库房', office: '管理用房', residence: '住宅',
      shop: '商铺', restaurant: '餐饮', lodging: '住宿', leisure: '休闲娱乐', other: '其他',
    },
    code_system: { survey: '国土调查', planning: '国土空间规划', survey2: '第二次土地调查' },
  },
  units: { m2: '平方米', m: '米', km: '公里', mu: '亩', ha: '公顷', t: '吨' },
}

export type Texts = typeof zh

const en: Texts = {
  htmlLang: 'en',
  brand: 'Caitu',
  pageTitle: 'Caitu · Vegetable land of Beijing',
  planTitle: 'Beijing’s plan for its vegetable industry, 2023–2025',
  languageLabel: '语言 Language',
  skipToMap: 'Skip to the map',
  map: 'Map',
  mapHelp: 'Arrow keys move, plus and minus zoom, Enter asks about the centre',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  wholeCity: 'Whole city',
  close: 'Close',
  retry: 'Try again',
  loading: 'Asking…',
  mu: 'mu',
  metres: 'm',
  kilometres: 'km',
  scale: (length) => `Scale: this length is ${length} on the ground`,
  zoomLevel: (zoom) => `zoom ${zoom}`,
  dataFrom: 'Data: this caitu server, CGCS2000',
  madeUp: 'Made-up data: outlines, parcels, bases and numbers are invented and show no real situation.',

  legend: 'Legend',
  showLegend: 'Show legend',
  hideLegend: 'Hide legend',
  groups: {
    inner: 'In Beijing', ring: 'Around Beijing', outer: 'Further out',
    land: 'Land and facilities', flags: 'Flags and inspections', base: 'Units and roads',
  },
  classes: {
    'growing.open': 'In the open', 'growing.under_cover': 'Under cover',
    'structures.farming': 'Guard houses and farm buildings', 'structures.other': 'Housing, trade and other',
    'DLBM.01': '01 Cropland', 'DLBM.02': '02 Orchards', 'DLBM.03': '03 Woodland', 'DLBM.04': '04 Grassland',
    'DLBM.06': '06 Industry and mining', 'DLBM.07': '07 Housing', 'DLBM.10': '10 Transport', 'DLBM.11': '11 Water',
    'DLBM.12': '12 Other land', 'DLBM.other': 'Other classes',
  },
  fromZoom: (zoom) => `shown from zoom ${zoom}`,
  upToZoom: (zoom) => `shown up to zoom ${zoom}`,
  asOf: (date) => `as of ${date}`,
  count: (features) => `${features} features`,
  legendFailed: 'The list of layers did not arrive',

  totals: 'Totals by town',
  totalsHelp: 'Below zoom 12, the area of this layer stands under each town’s name',
  totalsNone: 'No totals',
  totalsFailed: 'The totals by town did not arrive',
  totalsByCode: (field) => `Counted by the location code ${field}.`,
  totalsByOutline: 'Counted by cutting at the towns’ outlines.',
  totalsElsewhere: (mu) => `${mu} more lie in no town.`,

  search: 'Search',
  searchHint: 'Town, road, base, parcel number, coordinates',
  searchClear: 'Clear',
  searchNone: 'Nothing found',
  searchMore: 'There is more; write more of it',
  searchFailed: 'The search did not succeed',
  searchFound: (count) => `${count} results; choose with the arrow keys`,
  searching: 'Searching…',
  coordinates: 'Coordinates',
  coordinatesRead: { degrees: 'decimal degrees', dms: 'degrees, minutes, seconds', gauss: 'Gauss–Krüger' },

  card: 'At this place',
  nothingHere: 'No layer has a feature here',
  outside: 'In no town of Beijing',
  area: 'Area',
  moreFields: 'Other fields',
  copyLink: 'Copy link to this view',
  copied: 'Link copied',
  copyFailed: 'The browser does not allow copying; take the address from the address bar',
  goHere: 'Go there',
  cardFailed: 'What is here did not arrive',
  yes: 'yes',
  no: 'no',

  serverAway: 'The server does not answer. Is caitu running?',
  serverSays: (status, detail) => `The server answers ${status}: ${detail}`,
  mapFailed: 'The map did not arrive',
  tilesFailed: 'Parts of the map did not arrive',
  noWebGl: 'The browser cannot draw the map: there is no WebGL. Update the graphics driver, or turn on hardware acceleration in the browser’s settings.',
  webGlLost: 'The graphics card stopped drawing and is being restored; if the map stays empty, open this page again.',

  values: {
    growing: { open: 'in the open', under_cover: 'under cover' },
    kind: {
      guard_house: 'guard house', packing_shed: 'packing shed', cold_store: 'cold store', storage: 'storage', office: 'office',
      residence: 'residence', shop: 'shop', restaurant: 'restaurant', lodging: 'lodging', leisure: 'leisure', other: 'other',
    },
    code_system: { survey: 'land survey', planning: 'spatial planning', survey2: 'second land survey' },
  },
  units: { m2: 'm²', m: 'm', km: 'km', mu: 'mu', ha: 'ha', t: 't' },
}

export const texts: Record<Language, Texts> = { zh, en }

/** A text by a name that comes from the server (a group, a class, a code); the name itself when it is unknown. */
export function named(table: object, name: string): string {
  const text = (table as Record<string, unknown>)[name]
  return typeof text === 'string' ? text : name
}
