import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { folderWith, NODE_IMAGE, synthesizeIn } from '@terrace/constructs/testing'
import type { App } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import type { NotesOptions } from '../props.ts'
import { NotesStack } from '../stack.ts'

export interface Synthesized {
  /** The cloud assembly's folder. */
  readonly assembly: string
  readonly templateFile: string
  readonly template: Template
}

/**
 * Synthesizes the stack with a stand-in for the built application, in a folder of its own.
 *
 * @param alter may add to the app before it is synthesized; then CDK's own rules look at the template, too
 */
export function synthesize(options: NotesOptions = {}, alter?: (app: App) => void): Synthesized {
  const { assembly, built: stack } = synthesizeIn(
    (app, folder) =>
      new NotesStack(app, 'notes', {
        env: { region: 'us-east-1' },
        ...options,
        app: folderWith(join(folder, 'app'), NODE_IMAGE),
      }),
    alter,
  )
  const templateFile = join(assembly, stack.templateFile)
  return { assembly, templateFile, template: Template.fromJSON(JSON.parse(readFileSync(templateFile, 'utf8'))) }
}
