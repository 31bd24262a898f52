import { createHash } from 'node:crypto'
import type { Plugin } from 'vite'
import { THEME_STORAGE_KEY } from '../src/theme/theme-key.ts'

/** Runs before the first paint, so that a viewer who chose dark never sees a white flash. */
const SCRIPT = `try {
  const theme = localStorage.getItem('${THEME_STORAGE_KEY}')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {}
`

/** React Aria's own words in other languages than English: ours are English, and the others weigh 10 KB compressed. */
const OTHER_LANGUAGE = /\/node_modules\/react-(?:aria|stately).*\/intl\/.*\/(?!en-US)[a-z]{2}-[A-Z]{2}\.mjs$/

export interface TerracePageOptions {
  /** The folder of files that never change; the theme's script is one of them then, with its hash in its name. */
  readonly assets?: string
}

/**
 * What every page of ours needs in its head, under a content security policy without inline scripts or styles:
 * a blocking script of its own origin, `theme.js`, that applies the viewer's stored theme, and a marker that keeps React Aria
 * from inserting a style element (the rule it wants is in `styles.css`). Of React Aria's words only English is kept.
 */
export function terracePage({ assets }: TerracePageOptions = {}): Plugin {
  const hash = createHash('sha256').update(SCRIPT).digest('base64url').slice(0, 8)
  const file = assets === undefined ? 'theme.js' : `${assets}/theme-${hash}.js`
  return {
    name: 'terrace-page',
    transformIndexHtml: () => [
      { tag: 'script', attrs: { src: `/${file}` }, injectTo: 'head' },
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
      this.emitFile({ type: 'asset', fileName: file, source: SCRIPT })
    },
    configureServer(server) {
      server.middlewares.use(`/${file}`, (_request, response) => {
        response.setHeader('content-type', 'text/javascript')
        response.end(SCRIPT)
      })
    },
  }
}
