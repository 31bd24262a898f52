import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { folderWith, NODE_IMAGE, synthesizeIn } from '@terrace/constructs/testing'
import type { App } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import type { QuizAssets, QuizOptions } from '../props.ts'
import { QuizStack } from '../stack.ts'

/** The cloud assembly's folder, and the template in it. */
export interface Synthesized {
  readonly assembly: string
  readonly templateFile: string
  readonly template: Template
}

/**
 * Synthesizes the stack with stand-ins for what is built, in a folder of its own.
 *
 * @param alter may add to the app before it is synthesized; then CDK's own rules look at the template, too
 */
export function synthesize(options: QuizOptions = {}, alter?: (app: App) => void): Synthesized {
  const { assembly } = synthesizeIn(
    (app, folder) => new QuizStack(app, 'quiz', { env: { region: 'us-east-1' }, ...options, ...standIns(folder) }),
    alter,
  )
  const templateFile = join(assembly, 'quiz.template.json')
  return { assembly, templateFile, template: Template.fromJSON(JSON.parse(readFileSync(templateFile, 'utf8'))) }
}

const standIns = (folder: string): QuizAssets => ({
  site: folderWith(join(folder, 'site'), NODE_IMAGE),
  cutout: folderWith(join(folder, 'cutout'), { ...NODE_IMAGE, 'main.js': '// another one' }),
  guard: folderWith(join(folder, 'guard'), { 'main.mjs': 'export const handler = async () => {}\n' }),
  pages: folderWith(join(folder, 'pages'), { 'main.html': '<!doctype html><title>Quiz</title>\n' }),
})
