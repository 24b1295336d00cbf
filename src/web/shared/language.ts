import { computed, ref, watchEffect } from 'vue'
import { texts, type Language } from './texts'

const kept = 'caitu.language'

function keptLanguage(): Language {
  try {
    return localStorage.getItem(kept) === 'en' ? 'en' : 'zh'
  } catch {
    return 'zh' // storage may be forbidden
  }
}

/** The language of the page: Chinese unless the person chose otherwise, here or in an earlier visit. */
export const language = ref<Language>(keptLanguage())
export const t = computed(() => texts[language.value])

/** Keeps <html lang>, the title and the person's choice in step with `language`. Called once by a page. */
export function followLanguage() {
  watchEffect(() => {
    document.documentElement.lang = t.value.htmlLang
    document.title = t.value.pageTitle
    try {
      localStorage.setItem(kept, language.value)
    } catch {
      // The address still carries it.
    }
  })
}
