import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { templateFilesOf } from '../synth/assembly-check.ts'
import { sourceOf } from '../synth/source.ts'
import { resolveTarget } from '../target/target.ts'
import type { AddCommand } from './command.ts'
import { addPair, type Pairs } from './options.ts'

/** `terrace synth <target>` */
export const addSynth: AddCommand = (program, { context }) => {
  program
    .command('synth')
    .summary('print the template')
    .description(
      'Prints the CloudFormation template, byte for byte as it would be deployed; several stacks one after the other.',
    )
    .argument('<target>', "a system's name, a CDK app directory, a cloud assembly or a template file")
    .option('--context <K=V>', 'CDK context value (repeatable)', addPair('--context'), {})
    .action(async (words: string, options: { context: Pairs }) => {
      const { source } = await sourceOf(resolveTarget(words, context.cwd), options.context, context)
      const files = source.kind === 'template' ? [source.file] : templateFilesOf(source.directory)
      for (const file of files) {
        if (files.length > 1) context.note(basename(file))
        context.say(readFileSync(file, 'utf8').replace(/\n$/, ''))
      }
    })
}
