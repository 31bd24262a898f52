import type { Directive } from './parse.ts'
import { wordOf } from './print.ts'

/**
 * What `include /etc/nginx/mime.types` brings: the types of a site's files by their endings.
 *
 * differs: the endings of the web alone, not the whole list of the distribution; any other is `default_type`
 */
const TYPES: Readonly<Record<string, readonly string[]>> = {
  'text/html': ['html', 'htm', 'shtml'],
  'text/css': ['css'],
  'text/xml': ['xml'],
  'text/plain': ['txt'],
  'text/markdown': ['md'],
  'text/csv': ['csv'],
  'application/javascript': ['js', 'mjs'],
  'application/json': ['json', 'map'],
  'application/manifest+json': ['webmanifest'],
  'application/atom+xml': ['atom'],
  'application/rss+xml': ['rss'],
  'application/pdf': ['pdf'],
  'application/wasm': ['wasm'],
  'application/zip': ['zip'],
  'application/xhtml+xml': ['xhtml'],
  'application/octet-stream': ['bin', 'exe', 'dll', 'deb', 'dmg', 'iso', 'img'],
  'image/gif': ['gif'],
  'image/jpeg': ['jpeg', 'jpg'],
  'image/avif': ['avif'],
  'image/png': ['png'],
  'image/svg+xml': ['svg', 'svgz'],
  'image/webp': ['webp'],
  'image/x-icon': ['ico'],
  'font/woff': ['woff'],
  'font/woff2': ['woff2'],
  'font/ttf': ['ttf'],
  'font/otf': ['otf'],
  'audio/mpeg': ['mp3'],
  'audio/ogg': ['ogg'],
  'video/mp4': ['mp4'],
  'video/webm': ['webm'],
}

/** The `types` block in place of the include. */
export const mimeTypes: Directive = {
  name: 'types',
  words: [],
  line: 0,
  block: Object.entries(TYPES).map(([type, endings]) => ({ name: type, words: endings.map(wordOf), line: 0 })),
}
