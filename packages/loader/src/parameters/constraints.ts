import { loadError } from '../errors.ts'
import type { ParameterDeclaration } from './declaration.ts'
import { AWS_TYPES } from './types.ts'

/**
 * Checks a parameter's value against its declaration. For SSM types the value is the *name* of the SSM parameter, and
 * the constraints apply to that name.
 *
 * @param items  the value; one item unless the type is a list
 * @throws TerraceError LOAD_BAD_PARAMETER with the author's ConstraintDescription when there is one
 */
export function checkConstraints(declaration: ParameterDeclaration, items: readonly string[]): void {
  for (const item of items) {
    const problem = problemWith(declaration, item)
    if (problem === undefined) continue
    const shown = declaration.noEcho ? 'the value given (NoEcho)' : `"${item}"`
    throw loadError(
      'LOAD_BAD_PARAMETER',
      `parameter ${declaration.name}: ${shown} ${problem}`,
      { file: declaration.file, line: declaration.line },
      declaration.constraintDescription ?? `give another value with --param ${declaration.name}=…`,
    )
  }
}

function problemWith(declaration: ParameterDeclaration, value: string): string | undefined {
  const { allowedValues, allowedPattern, minLength, maxLength, minValue, maxValue, type } = declaration
  if (allowedValues && !allowedValues.includes(value)) return `is not one of ${allowedValues.join(', ')}`
  if (allowedPattern !== undefined && !patternOf(allowedPattern, declaration).test(value)) {
    return `does not match the pattern ${allowedPattern}`
  }
  if (minLength !== undefined && value.length < minLength) return `is shorter than ${minLength} characters`
  if (maxLength !== undefined && value.length > maxLength) return `is longer than ${maxLength} characters`
  if (type.ssm) return undefined
  if (type.element === 'number') {
    if (value.trim() === '' || !Number.isFinite(Number(value))) return 'is not a number'
    if (minValue !== undefined && Number(value) < minValue) return `is less than ${minValue}`
    if (maxValue !== undefined && Number(value) > maxValue) return `is more than ${maxValue}`
  } else if (type.element !== 'text' && !AWS_TYPES[type.element].test(value)) {
    return `does not look like ${type.element}`
  }
  return undefined
}

// CloudFormation takes Java's regular expressions; what differs from JavaScript's is rare and said.
function patternOf(pattern: string, { name, file, line }: ParameterDeclaration): RegExp {
  try {
    return new RegExp(`^(?:${pattern})$`, 's')
  } catch (cause) {
    const message = `the AllowedPattern of parameter ${name} is no regular expression that is understood: ${pattern}`
    throw loadError('LOAD_BAD_PARAMETER', message, { file, line }, undefined, cause)
  }
}
