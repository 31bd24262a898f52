import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { folderWith, NODE_IMAGE, synthesizeIn } from '@terrace/constructs/testing'
import type { App } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import type { LibraryOptions } from '../props.ts'
import { LibraryStack } from '../stack.ts'

export interface Synthesized {
  /** The cloud assembly's folder. */
  readonly assembly: string
  readonly templateFile: string
  readonly template: Template
  /** The template's own text. */
  readonly text: string
}

/**
 * Synthesizes the stack with stand-ins for the built API and site, in a folder of its own.
 *
 * @param alter may add to the app before it is synthesized; then CDK's own rules look at the template, too
 */
export function synthesize(options: LibraryOptions, alter?: (app: App) => void): Synthesized {
  const { assembly, built: stack } = synthesizeIn(
    (app, folder) =>
      new LibraryStack(app, 'library', {
        env: { region: 'us-east-1' },
        ...options,
        api: folderWith(join(folder, 'api'), NODE_IMAGE),
        site: folderWith(join(folder, 'site'), {
          'index.html': '<!doctype html><title>Library</title>\n',
          'assets/index-0a1b2c3d.js': '',
        }),
      }),
    alter,
  )
  const templateFile = join(assembly, stack.templateFile)
  const text = readFileSync(templateFile, 'utf8')
  return { assembly, templateFile, text, template: Template.fromJSON(JSON.parse(text)) }
}
