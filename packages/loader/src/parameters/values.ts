import { digest } from '@terrace/kit'
import { loadError } from '../errors.ts'
import type { Gaps } from '../gaps.ts'
import { checkConstraints } from './constraints.ts'
import type { ParameterDeclaration } from './declaration.ts'
import { publicSsmParameter } from './public-ssm.ts'

/** What `Ref` of a parameter gives. */
export interface ParameterValue {
  readonly value: string | readonly string[]
  /** For people: `****` for NoEcho, lists joined with commas, SSM types with the name of the SSM parameter. */
  readonly shown: string
}

/**
 * Gives every parameter its value: the one given, else its default.
 *
 * @param given  by name; names that this template doesn't declare are no concern here
 * @throws TerraceError LOAD_MISSING_PARAMETER naming all that lack one, LOAD_BAD_PARAMETER
 */
export function parameterValues(
  declarations: readonly ParameterDeclaration[],
  given: Readonly<Record<string, string>>,
  gaps: Gaps,
): ReadonlyMap<string, ParameterValue> {
  const raw = (declaration: ParameterDeclaration) =>
    Object.hasOwn(given, declaration.name) ? given[declaration.name] : declaration.default
  const missing = declarations.filter(declaration => raw(declaration) === undefined)
  const [first] = missing
  if (first) throw missingValues(missing, first)
  return new Map(
    declarations.map(declaration => [declaration.name, valueFor(declaration, raw(declaration) ?? '', gaps)]),
  )
}

function valueFor(declaration: ParameterDeclaration, raw: string, gaps: Gaps): ParameterValue {
  const { type, noEcho } = declaration
  const items = type.list && !type.ssm ? splitList(raw) : [raw]
  checkConstraints(declaration, items)
  const shown = noEcho ? '****' : items.join(',')
  if (type.ssm) {
    const resolved = ssmValue(declaration, raw, gaps)
    return { value: type.list ? splitList(resolved) : resolved, shown }
  }
  return { value: type.list ? items : (items[0] ?? ''), shown }
}

// An empty text is an empty list; `a, b` has two items without the space.
const splitList = (text: string) => (text === '' ? [] : text.split(',').map(item => item.trim()))

function ssmValue({ name, type, file, line }: ParameterDeclaration, parameter: string, gaps: Gaps): string {
  const known = publicSsmParameter(parameter)
  if (known !== undefined) return known
  const madeUp = type.element === 'AWS::EC2::Image::Id' ? `ami-${digest(`ssm:${parameter}`, 17)}` : `ssm:${parameter}`
  gaps.add({
    kind: 'value',
    path: `Parameters.${name}`,
    message: `the SSM parameter ${parameter} lives in an AWS account; here ${name} is "${madeUp}"`,
    place: { file, line },
  })
  return madeUp
}

function missingValues(missing: readonly ParameterDeclaration[], first: ParameterDeclaration) {
  const names = missing.map(({ name }) => name)
  return loadError(
    'LOAD_MISSING_PARAMETER',
    `${names.length === 1 ? 'the parameter' : 'the parameters'} ${names.join(', ')} ${names.length === 1 ? 'has' : 'have'} no value and no default`,
    { file: first.file, line: first.line },
    `give ${names.length === 1 ? 'it' : 'them'} with ${names.map(name => `--param ${name}=…`).join(' ')}`,
  )
}
