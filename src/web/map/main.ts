import { createApp } from 'vue'
import MapPage from './MapPage.vue'
// After the components' own styles, which it adjusts.
import '../shared/theme.css'

createApp(MapPage).mount('#page')
