import { digest } from '@terrace/kit'
import type { Architecture, Stack } from '@terrace/model'

/** The ARN of a stack, by its name or by itself; nothing for one that isn't of this architecture. */
export function idOfStack(architecture: Architecture, nameOrId: string): string | undefined {
  return namesOf(architecture)
    .map(name => ({ name, id: idNamed(architecture, name) }))
    .find(({ name, id }) => name === nameOrId || id === nameOrId)?.id
}

/** Whether a name or an ARN means the stack with that name. */
export const isStack = (architecture: Architecture, name: string, nameOrId: string): boolean =>
  name === nameOrId || idNamed(architecture, name) === nameOrId

/** The stacks with their ARNs; one without a template has no description, parameters or outputs. */
export const stacksOf = (architecture: Architecture): readonly (Stack & { readonly id: string })[] =>
  namesOf(architecture).map(name => {
    const known = architecture.stacks.find(stack => stack.name === name)
    const empty = { name, place: { file: '' }, description: '', parameters: {}, outputs: [] }
    return { ...(known ?? empty), id: idNamed(architecture, name) }
  })

/** Those that resources come from, too. */
const namesOf = ({ stacks, nodes }: Architecture): readonly string[] => [
  ...new Set([...stacks.map(({ name }) => name), ...nodes.map(({ origin }) => origin.stack)]),
]

function idNamed({ stacks, region, account }: Architecture, name: string): string {
  const known = stacks.find(stack => stack.name === name)?.id
  return known ?? `arn:aws:cloudformation:${region}:${account}:stack/${name}/${digest(name, 32)}`
}
