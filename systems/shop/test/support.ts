import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemApp } from '@terrace/constructs'
import { type App, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { afterAll } from 'vitest'
import type { ShopAssets, ShopOptions } from '../props.ts'
import { addStacks, type STACKS } from '../stacks/stacks.ts'

export type StackName = (typeof STACKS)[number]

type Properties = Readonly<Record<string, unknown>>

export interface Synthesized {
  /** The cloud assembly's folder. */
  readonly assembly: string
  readonly template: (stack: StackName) => Template
  readonly templateFile: (stack: StackName) => string
  /** Stacks that are deployed before this one. */
  readonly after: (stack: StackName) => readonly string[]
}

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

/**
 * Synthesizes the four stacks with stand-ins for what is built, in a folder of its own.
 *
 * @param alter may add to the app before it is synthesized; then CDK's own rules look at the templates, too
 */
export function synthesize(options: ShopOptions = {}, alter?: (app: App) => void): Synthesized {
  const directory = mkdtempSync(join(tmpdir(), 'shop-'))
  folders.push(directory)
  const assembly = join(directory, 'cdk.out')
  const app = systemApp({ outdir: assembly, validate: alter !== undefined })
  addStacks(app, { ...options, ...standIns(directory) })
  alter?.(app)
  try {
    app.synth()
  } catch (error) {
    // Findings of validation plugins end the synthesis, after everything is written.
    if (!String(error).includes('alidation')) throw error
  }
  const templateFile = (stack: StackName) => join(assembly, `${stack}.template.json`)
  return {
    assembly,
    templateFile,
    template: stack => Template.fromJSON(JSON.parse(readFileSync(templateFile(stack), 'utf8'))),
    after: name =>
      app.node.children
        .filter(child => child instanceof Stack)
        .filter(stack => stack.stackName === name)
        .flatMap(stack => stack.dependencies.map(({ stackName }) => stackName)),
  }
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

function standIns(directory: string): ShopAssets {
  const folder = (name: string, files: Readonly<Record<string, string>>): string => {
    const path = join(directory, name)
    mkdirSync(path)
    for (const [file, content] of Object.entries(files)) writeFileSync(join(path, file), content)
    return path
  }
  const image = (port: number) => ({
    Dockerfile: `FROM node:24-slim\nEXPOSE ${port}\nCOPY . .\nCMD ["node", "main.js"]\n`,
    'main.js': '',
  })
  const pictures = ['red-mug', 'blue-shirt', 'notepad', 'headphones', 'bottle', 'backpack']
  return {
    api: folder('api', image(8000)),
    createTables: folder('create-tables', image(8002)),
    site: folder('site', { 'index.html': '<!doctype html><title>Shop</title>\n' }),
    pictures: folder('pictures', {
      ...Object.fromEntries(pictures.map(name => [`${name}.jpeg`, name])),
      'draw.ts': '',
    }),
  }
}
