import { type AwsCli, AwsCliError } from '@terrace/constructs/operate'

/** A stack as it is on AWS. */
export interface DeployedStack {
  /** Values by their names. */
  readonly outputs: Readonly<Record<string, string>>
}

/** @returns nothing when there is no such stack @throws AwsCliError */
export function deployedStack(name: string, aws: AwsCli): DeployedStack | undefined {
  try {
    const outputs = aws<readonly { readonly OutputKey: string; readonly OutputValue: string }[] | null>([
      ...['cloudformation', 'describe-stacks', '--stack-name', name, '--query', 'Stacks[0].Outputs'],
    ])
    return { outputs: Object.fromEntries((outputs ?? []).map(output => [output.OutputKey, output.OutputValue])) }
  } catch (error) {
    // That it doesn't exist is told by this code alone; to be refused is something else.
    if (error instanceof AwsCliError && error.code === 'ValidationError') return undefined
    throw error
  }
}

/** The template of a stack as it was given. @throws AwsCliError */
export const templateOf = (name: string, aws: AwsCli): object =>
  aws([
    'cloudformation',
    'get-template',
    '--stack-name',
    name,
    '--template-stage',
    'Original',
    '--query',
    'TemplateBody',
  ])

/** An output. @throws when the stack has none of that name */
export function outputOf(name: string, { outputs }: DeployedStack, output: string): string {
  const value = outputs[output]
  if (value !== undefined) return value
  throw new Error(`the stack ${name} has no output ${output}; it has ${Object.keys(outputs).join(', ') || 'none'}`)
}

/** The stack of a local cloud that runs one. @throws when it runs none or several */
export function onlyRunningStack(aws: AwsCli): { readonly name: string; readonly stack: DeployedStack } {
  const names = aws<readonly string[]>(['cloudformation', 'describe-stacks', '--query', 'Stacks[].StackName'])
  const [name, ...others] = names
  const stack = name === undefined || others.length > 0 ? undefined : deployedStack(name, aws)
  if (name !== undefined && stack !== undefined) return { name, stack }
  throw new Error(`a delivery is of one stack; there runs ${names.join(', ') || 'none'}`)
}
