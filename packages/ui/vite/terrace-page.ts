import type { Plugin } from 'vite'
import { THEME_STORAGE_KEY } from '../src/theme/theme-key.ts'

const FILE = 'theme.js'

/** Runs before the first paint, so that a viewer who chose dark never sees a white flash. */
const SCRIPT = `try {
  const theme = localStorage.getItem('${THEME_STORAGE_KEY}')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {}
`

/** React Aria's own words in other languages than English: ours are English, and the others weigh 10 KB compressed. */
const OTHER_LANGUAGE = /\/node_modules\/react-(?:aria|stately).*\/intl\/.*\/(?!en-US)[a-z]{2}-[A-Z]{2}\.mjs$/

/**
 * What every page of ours needs in its head, under a content security policy without inline scripts or styles:
 * a blocking `theme.js` of its own origin that applies the viewer's stored theme, and a marker that keeps React Aria
 * from inserting a style element (the rule it wants is in `styles.css`). Of React Aria's words only English is kept.
 */
export function terracePage(): Plugin {
  return {
    name: 'terrace-page',
    transformIndexHtml: () => [
      { tag: 'script', attrs: { src: `/${FILE}` }, injectTo: 'head' },
      {
        tag: 'meta',
        attrs: { id: 'react-aria-pressable-style', name: 'react-aria-styles', content: 'in the style sheet' },
        injectTo: 'head',
      },
    ],
    load: {
      filter: { id: OTHER_LANGUAGE },
      handler: () => "export { default } from './en-US.mjs'",
    },
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: FILE, source: SCRIPT })
    },
    configureServer(server) {
      server.middlewares.use(`/${FILE}`, (_request, response) => {
        response.setHeader('content-type', 'text/javascript')
        response.end(SCRIPT)
      })
    },
  }
}
