import { describeModel } from '../output/describe-model.ts'
import { sourceOf } from '../synth/source.ts'
import { resolveTarget } from '../target/target.ts'
import type { AddCommand } from './command.ts'
import { addPair, type Pairs } from './options.ts'

interface Options {
  readonly param: Pairs
  readonly context: Pairs
  readonly json?: boolean
}

/** `terrace model <target>` */
export const addModel: AddCommand = (program, { context }) => {
  program
    .command('model')
    .summary('show how a template is understood, and what of it is not')
    .description('Shows what Terrace reads out of the template, and everything in it that it does not understand.')
    .argument('<target>', "a system's name, a CDK app directory, a cloud assembly or a template file")
    .option('--param <K=V>', 'value of a template parameter (repeatable)', addPair('--param'), {})
    .option('--context <K=V>', 'CDK context value (repeatable)', addPair('--context'), {})
    .option('--json', 'print the whole model as one JSON document')
    .action(async (words: string, options: Options) => {
      const target = resolveTarget(words, context.cwd)
      const { source } = await sourceOf(target, options.context, context)
      const { load } = await import('@terrace/loader')
      const architecture = await load(source, { name: target.name, parameters: options.param })
      context.say(
        options.json ? JSON.stringify(architecture) : describeModel(architecture, context.cwd, context.colors),
      )
    })
}
