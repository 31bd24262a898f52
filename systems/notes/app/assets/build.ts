import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import type { AssetFile, Assets } from './assets.ts'

const browser = join(import.meta.dirname, '../browser')

/**
 * Bundles script and style for the browser. The same sources give the same addresses, so that all instances of one
 * version serve the same.
 *
 * @throws esbuild's error, with file and line, when they don't build
 */
export async function buildAssets(): Promise<Assets> {
  const [script, style] = await Promise.all([bundle('main.ts'), bundle('notes.css')])
  const files = {
    script: file('notes', 'js', 'text/javascript; charset=utf-8', script),
    style: file('notes', 'css', 'text/css; charset=utf-8', style),
    icon: file('icon', 'svg', 'image/svg+xml', readFileSync(join(browser, 'icon.svg'), 'utf8')),
  }
  return {
    script: files.script.path,
    style: files.style.path,
    icon: files.icon.path,
    files: Object.values(files),
  }
}

async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(browser, entry)],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    // Browsers of the last two years: `light-dark()` stays as it is.
    target: ['chrome123', 'firefox120', 'safari17.5'],
    logLevel: 'silent',
  })
  return outputFiles.map(({ text }) => text).join('')
}

function file(name: string, extension: string, type: string, content: string): AssetFile {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 8)
  return { path: `/assets/${name}.${hash}.${extension}`, type, content }
}
