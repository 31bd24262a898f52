import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { folderWith, NODE_IMAGE, synthesizeIn } from '@terrace/constructs/testing'
import type { App } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { optionsFrom } from '../options.ts'
import { ItemsStack, stackNameOf } from '../stack.ts'

export interface Synthesized {
  /** The cloud assembly's folder. */
  readonly assembly: string
  readonly templateFile: string
  readonly template: Template
}

/** What would be given by `-c name=value`. */
export type Context = Readonly<Record<string, string>>

/** What stands for the built site. */
export const SITE = { 'index.html': '<title>Items</title>', 'assets/index-0a1b.js': 'export {}' }

/**
 * Synthesizes the stack with stand-ins for what is built, in a folder of its own.
 *
 * @param alter may add to the app before it is synthesized; then CDK's own rules look at the template, too
 */
export function synthesize(context: Context = {}, alter?: (app: App) => void, site: Context = SITE): Synthesized {
  const { region, ...options } = optionsFrom(name => context[name])
  const { assembly, built: stack } = synthesizeIn(
    (app, folder) =>
      new ItemsStack(app, 'items', {
        stackName: stackNameOf(options),
        env: { region },
        ...options,
        api: folderWith(join(folder, 'api'), NODE_IMAGE),
        site: folderWith(join(folder, 'site'), site),
        rotation: folderWith(join(folder, 'rotation'), { 'main.mjs': 'export const handler = async () => {}\n' }),
      }),
    alter,
  )
  const templateFile = join(assembly, stack.templateFile)
  return { assembly, templateFile, template: Template.fromJSON(JSON.parse(readFileSync(templateFile, 'utf8'))) }
}
