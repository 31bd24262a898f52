import { type TemplateNode, textNode } from '../read/template-node.ts'
import { argumentsOf, badFunction, literal, textArgument } from './arguments.ts'
import type { Call, Intrinsic } from './scope.ts'

/** Finds `${Name}`, `${Resource.Attribute}` and `${!Literal}`. */
export const PLACEHOLDER = /\$\{([^}]*)\}/g

/**
 * `Fn::Sub`: fills the placeholders of a text, from the map first. `${!Literal}` becomes `${Literal}`; `$VAR` and
 * `$(command)` stay as they are.
 *
 * @see CloudFormation "Fn::Sub"
 */
export const sub: Intrinsic = call => {
  const [template, variables] =
    call.argument.kind === 'sequence' ? argumentsOf(call, 1, 2, 'a text and a map') : [call.argument]
  if (variables && variables.kind !== 'mapping') throw badFunction(call, 'takes a map as its second argument')
  const text = literal(call, template, 'the text')
  const filled = text.replace(PLACEHOLDER, (_, name: string) => {
    if (name.startsWith('!')) return `\${${name.slice(1)}}`
    const own = variables?.entries.get(name)
    return own ? textArgument(call, own, `the value of ${name}`) : lookUp(call, name)
  })
  return textNode(filled, call.line)
}

function lookUp(call: Call, name: string): string {
  if (!/^[A-Za-z0-9_.:]+$/.test(name)) {
    throw badFunction(
      call,
      `has the placeholder \${${name}}, which is no name`,
      `names are letters and digits, with dots for attributes; a shell variable is written \${!NAME}`,
    )
  }
  const dot = name.indexOf('.')
  const { scope, line } = call
  const node: TemplateNode | undefined =
    dot < 0 ? scope.ref(name, line) : scope.attribute(name.slice(0, dot), name.slice(dot + 1), line)
  if (node?.kind === 'scalar' && node.value !== null) return node.text
  throw badFunction(call, `cannot put \${${name}} into a text: it is ${node ? 'a list' : 'no value'}`)
}
