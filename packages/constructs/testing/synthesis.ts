import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { App } from 'aws-cdk-lib'
import { afterAll } from 'vitest'
import { systemApp } from '../src/index.ts'

const folders: string[] = []
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

/**
 * Synthesizes an app in a folder of its own, which goes with the test file.
 *
 * @param build  adds the stacks; `folder` is for stand-ins of what is built
 * @param alter  may add to the app before it is synthesized; then CDK's own rules look at the templates, too
 */
export function synthesizeIn<T>(
  build: (app: App, folder: string) => T,
  alter?: (app: App) => void,
): { readonly assembly: string; readonly built: T } {
  const folder = mkdtempSync(join(tmpdir(), 'synthesis-'))
  folders.push(folder)
  const assembly = join(folder, 'cdk.out')
  const app = systemApp({ outdir: assembly, validate: alter !== undefined })
  const built = build(app, folder)
  alter?.(app)
  try {
    app.synth()
  } catch (error) {
    // Findings of validation plugins end the synthesis, after everything is written.
    if (!String(error).includes('alidation')) throw error
  }
  return { assembly, built }
}

/** A folder with these files, for what a build would make. @returns its path */
export function folderWith(path: string, files: Readonly<Record<string, string>>): string {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true })
    writeFileSync(join(path, name), content)
  }
  return path
}

/** Build context of an image that runs nothing. */
export const NODE_IMAGE = {
  Dockerfile: 'FROM node:24-slim\nCOPY . .\nCMD ["node", "main.js"]\n',
  'main.js': '',
}
