import { defined } from '../defined.ts'
import { loadError } from '../errors.ts'
import type { MappingNode, TemplateNode } from '../read/template-node.ts'
import { didYouMean } from '../suggest.ts'
import { expectSequence, expectText } from '../template/shape.ts'
import { type ParameterType, parameterType } from './types.ts'

/** One entry of `Parameters`. */
export interface ParameterDeclaration {
  readonly name: string
  readonly file: string
  readonly line: number
  readonly type: ParameterType
  readonly default?: string
  readonly allowedValues?: readonly string[]
  readonly allowedPattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minValue?: number
  readonly maxValue?: number
  readonly constraintDescription?: string
  readonly noEcho: boolean
}

const KEYS = [
  'Type',
  'Default',
  'AllowedValues',
  'AllowedPattern',
  'MinLength',
  'MaxLength',
  'MinValue',
  'MaxValue',
  'ConstraintDescription',
  'Description',
  'NoEcho',
]

/**
 * Reads the declaration of one parameter.
 *
 * @throws TerraceError LOAD_UNKNOWN_KEY, LOAD_BAD_PARAMETER, LOAD_MALFORMED
 * @see "CloudFormation template Parameters syntax" in the AWS CloudFormation User Guide
 */
export function parameterDeclaration(name: string, node: MappingNode, file: string): ParameterDeclaration {
  const path = `Parameters.${name}`
  for (const [key, { line }] of node.entries) {
    if (KEYS.includes(key)) continue
    const message = `"${key}" is no attribute of a parameter${didYouMean(key, KEYS)}`
    throw loadError('LOAD_UNKNOWN_KEY', message, { file, line }, `allowed: ${KEYS.join(', ')}`)
  }
  const text = (key: string) => {
    const value = node.entries.get(key)
    return value ? expectText(value, `${path}.${key}`, file) : undefined
  }
  const type = text('Type')
  const place = { file, line: node.line }
  if (type === undefined) throw loadError('LOAD_BAD_PARAMETER', `${path} has no Type`, place, 'the usual one is String')
  const allowed = node.entries.get('AllowedValues')
  return defined({
    name,
    file,
    line: node.line,
    type: parameterType(type, path, { file, line: node.entries.get('Type')?.line ?? node.line }),
    default: defaultOf(node.entries.get('Default'), path, file),
    allowedValues: allowed
      ? expectSequence(allowed, `${path}.AllowedValues`, file).items.map(item => expectText(item, path, file))
      : undefined,
    allowedPattern: text('AllowedPattern'),
    minLength: numeric(node.entries.get('MinLength'), `${path}.MinLength`, file),
    maxLength: numeric(node.entries.get('MaxLength'), `${path}.MaxLength`, file),
    minValue: numeric(node.entries.get('MinValue'), `${path}.MinValue`, file),
    maxValue: numeric(node.entries.get('MaxValue'), `${path}.MaxValue`, file),
    constraintDescription: text('ConstraintDescription'),
    noEcho: text('NoEcho')?.toLowerCase() === 'true',
  })
}

// A default may be an empty text, and for list types some write a YAML list, which CloudFormation refuses.
function defaultOf(node: TemplateNode | undefined, path: string, file: string): string | undefined {
  if (!node) return undefined
  if (node.kind === 'scalar' && node.value === null) return ''
  return expectText(node, `${path}.Default`, file)
}

function numeric(node: TemplateNode | undefined, path: string, file: string): number | undefined {
  if (!node) return undefined
  const text = expectText(node, path, file)
  if (text.trim() !== '' && Number.isFinite(Number(text))) return Number(text)
  throw loadError('LOAD_BAD_PARAMETER', `${path} must be a number, not "${text}"`, { file, line: node.line })
}
