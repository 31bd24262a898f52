import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { folderWith, NODE_IMAGE, synthesizeIn } from '@terrace/constructs/testing'
import { type App, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import type { ShopAssets, ShopOptions } from '../props.ts'
import { addStacks, type STACKS } from '../stacks/stacks.ts'

export type StackName = (typeof STACKS)[number]

export interface Synthesized {
  /** The cloud assembly's folder. */
  readonly assembly: string
  readonly template: (stack: StackName) => Template
  readonly templateFile: (stack: StackName) => string
  /** Stacks that are deployed before this one. */
  readonly after: (stack: StackName) => readonly string[]
}

/**
 * Synthesizes the four stacks with stand-ins for what is built, in a folder of its own.
 *
 * @param alter may add to the app before it is synthesized; then CDK's own rules look at the templates, too
 */
export function synthesize(options: ShopOptions = {}, alter?: (app: App) => void): Synthesized {
  const { assembly, built: app } = synthesizeIn((app, folder) => {
    addStacks(app, { ...options, ...standIns(folder) })
    return app
  }, alter)
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

const PICTURES = ['red-mug', 'blue-shirt', 'notepad', 'headphones', 'bottle', 'backpack']

const standIns = (folder: string): ShopAssets => ({
  api: folderWith(join(folder, 'api'), NODE_IMAGE),
  createTables: folderWith(join(folder, 'create-tables'), { ...NODE_IMAGE, 'main.js': '// another one' }),
  site: folderWith(join(folder, 'site'), { 'index.html': '<!doctype html><title>Shop</title>\n' }),
  pictures: folderWith(join(folder, 'pictures'), {
    ...Object.fromEntries(PICTURES.map(name => [`${name}.jpeg`, name])),
    'draw.ts': '',
  }),
})
