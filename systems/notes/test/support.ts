import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemApp } from '@terrace/constructs'
import type { App } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { afterAll } from 'vitest'
import type { NotesOptions } from '../props.ts'
import { NotesStack } from '../stack.ts'

/** The properties of one resource. */
export type Properties = Readonly<Record<string, unknown>>

export interface Synthesized {
  /** The cloud assembly's folder. */
  readonly directory: string
  readonly templateFile: string
  readonly template: Template
}

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

/**
 * Synthesizes the stack with a stand-in for the built application, in a folder of its own.
 *
 * @param alter may add to the app before it is synthesized; then CDK's own rules look at the template, too
 */
export function synthesize(options: NotesOptions = {}, alter?: (app: App) => void): Synthesized {
  const folder = mkdtempSync(join(tmpdir(), 'notes-'))
  folders.push(folder)
  const directory = join(folder, 'cdk.out')
  const app = systemApp({ outdir: directory, validate: alter !== undefined })
  const stack = new NotesStack(app, 'notes', { env: { region: 'us-east-1' }, ...options, app: standIn(folder) })
  alter?.(app)
  try {
    app.synth()
  } catch (error) {
    // Findings of validation plugins end the synthesis, after everything is written.
    if (!String(error).includes('alidation')) throw error
  }
  const templateFile = join(directory, stack.templateFile)
  return { directory, templateFile, template: Template.fromJSON(JSON.parse(readFileSync(templateFile, 'utf8'))) }
}

/** The properties of all resources of a type, by logical id. */
export function propertiesOf(template: Template, type: string): Readonly<Record<string, Properties>> {
  const found: Readonly<Record<string, { readonly Properties?: Properties }>> = template.findResources(type)
  return Object.fromEntries(Object.entries(found).map(([id, resource]) => [id, resource.Properties ?? {}]))
}

/** The properties of the resource whose logical id starts so; exactly one. */
export function only(template: Template, type: string, idPrefix = ''): Properties {
  const found = Object.entries(propertiesOf(template, type)).filter(([id]) => id.startsWith(idPrefix))
  const [first] = found
  if (found.length !== 1 || !first)
    throw new Error(`${found.length} resources ${type} named ${idPrefix}…, expected one`)
  return first[1]
}

function standIn(folder: string): string {
  const app = join(folder, 'app')
  mkdirSync(app)
  writeFileSync(join(app, 'Dockerfile'), 'FROM node:24-slim\nCOPY . .\nCMD ["node", "main.js"]\n')
  writeFileSync(join(app, 'main.js'), '')
  return app
}
