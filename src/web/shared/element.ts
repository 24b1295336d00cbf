/** The components of Element Plus that the pages use, each with its style and no more. */
import 'element-plus/es/components/base/style/css'
import 'element-plus/es/components/alert/style/css'
import 'element-plus/es/components/button/style/css'
import 'element-plus/es/components/checkbox/style/css'
import 'element-plus/es/components/option/style/css'
import 'element-plus/es/components/select/style/css'
import elementEn from 'element-plus/es/locale/lang/en'
import elementZh from 'element-plus/es/locale/lang/zh-cn'

export { ElAlert, ElButton, ElCheckbox, ElConfigProvider, ElOption, ElSelect } from 'element-plus'

export const elementLocales = { zh: elementZh, en: elementEn }
