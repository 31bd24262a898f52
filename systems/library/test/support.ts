import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemApp } from '@terrace/constructs'
import type { App } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { afterAll } from 'vitest'
import type { LibraryAssets, LibraryOptions } from '../props.ts'
import { LibraryStack } from '../stack.ts'

/** One resource as it stands in the template. */
export interface Resource {
  readonly Type: string
  readonly Properties: Readonly<Record<string, unknown>>
}

export interface Synthesized {
  /** The cloud assembly's folder. */
  readonly directory: string
  readonly templateFile: string
  readonly template: Template
  /** The template's own text. */
  readonly text: string
}

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

/**
 * Synthesizes the stack with stand-ins for the built API and site, in a folder of its own.
 *
 * @param alter may add to the app before it is synthesized; then CDK's own rules look at the template, too
 */
export function synthesize(options: LibraryOptions, alter?: (app: App) => void): Synthesized {
  const directory = mkdtempSync(join(tmpdir(), 'library-'))
  folders.push(directory)
  const app = systemApp({ outdir: join(directory, 'cdk.out'), validate: alter !== undefined })
  const stack = new LibraryStack(app, 'library', {
    env: { region: 'us-east-1' },
    ...options,
    ...standIns(directory),
  })
  alter?.(app)
  const templateFile = join(directory, 'cdk.out', stack.templateFile)
  try {
    app.synth()
  } catch (error) {
    // Findings of validation plugins end the synthesis, after everything is written.
    if (!String(error).includes('alidation')) throw error
  }
  const text = readFileSync(templateFile, 'utf8')
  return { directory, templateFile, text, template: Template.fromJSON(JSON.parse(text)) }
}

/** The properties of all resources of a type, by logical id. */
export function propertiesOf(template: Template, type: string): Readonly<Record<string, Resource['Properties']>> {
  const found: Readonly<Record<string, { readonly Properties?: Resource['Properties'] }>> = template.findResources(type)
  return Object.fromEntries(Object.entries(found).map(([id, resource]) => [id, resource.Properties ?? {}]))
}

/** The properties of the resource whose logical id starts so; exactly one. */
export function only(template: Template, type: string, idPrefix = ''): Resource['Properties'] {
  const found = Object.entries(propertiesOf(template, type)).filter(([id]) => id.startsWith(idPrefix))
  const [first] = found
  if (found.length !== 1 || !first)
    throw new Error(`${found.length} resources ${type} named ${idPrefix}…, expected one`)
  return first[1]
}

function standIns(directory: string): LibraryAssets {
  const api = join(directory, 'api')
  const site = join(directory, 'site')
  mkdirSync(api)
  mkdirSync(join(site, 'assets'), { recursive: true })
  writeFileSync(join(api, 'Dockerfile'), 'FROM node:24-slim\nCOPY . .\nCMD ["node", "main.js"]\n')
  writeFileSync(join(api, 'main.js'), '')
  writeFileSync(join(site, 'index.html'), '<!doctype html><title>Library</title>\n')
  writeFileSync(join(site, 'assets/index-0a1b2c3d.js'), '')
  return { api, site }
}
