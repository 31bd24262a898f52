import { run } from '../commands.ts'
import { readerOf } from './outputs.ts'
import type { Target } from './target.ts'

/**
 * The copy of the template that was deployed under the name in TERRACE_CONFORMANCE_STACK, with the credentials and the
 * region of the environment. Its outputs are read with the AWS CLI, with which it was deployed.
 *
 * @throws when the region or the stack is missing
 */
export async function awsTarget(environment: Readonly<Record<string, string | undefined>>): Promise<Target> {
  const stack = needed(environment, 'TERRACE_CONFORMANCE_STACK', 'the name of the deployed stack')
  const region = environment.AWS_REGION ?? needed(environment, 'AWS_DEFAULT_REGION', 'the region of the stack')
  const words = ['cloudformation', 'describe-stacks', '--stack-name', stack, '--region', region, '--output', 'json']
  const { code, out, errors } = await run('aws', [...words, '--query', 'Stacks[0].Outputs[].[OutputKey,OutputValue]'])
  if (code !== 0) throw new Error(`the stack ${stack} in ${region} can't be read: ${errors.trim()}`)
  const outputs: Record<string, string> = Object.fromEntries(JSON.parse(out))
  return {
    output: readerOf(outputs),
    client: credentials => ({ region, maxAttempts: 5, ...(credentials && { credentials }) }),
    environment: { ...outputs, AWS_DEFAULT_REGION: region },
    prelude: '',
    stop: () => Promise.resolve(),
  }
}

function needed(environment: Readonly<Record<string, string | undefined>>, name: string, what: string): string {
  const value = environment[name]
  if (!value) throw new Error(`TERRACE_CONFORMANCE is "aws", but ${name} is empty: set it to ${what}`)
  return value
}
