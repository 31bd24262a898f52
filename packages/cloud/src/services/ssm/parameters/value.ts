import { InvalidAllowedPatternException, InvalidParameter, ParameterPatternMismatchException } from '../errors.ts'
import { LARGEST_VALUE_BYTES } from '../limits.ts'
import type { ParameterTier, ParameterType } from './parameter.ts'

/** What a value has to fit. */
export interface ValueRules {
  readonly type: ParameterType | undefined
  readonly tier: ParameterTier
  readonly dataType: string
  readonly allowedPattern: string | undefined
}

/**
 * Refuses a value that a parameter can't have.
 *
 * differs: `aws:ec2:image` is checked by its form alone, and at once; AWS looks for the image afterwards
 * @throws InvalidParameter, InvalidAllowedPatternException, ParameterPatternMismatchException
 * @see Systems Manager API Reference "PutParameter"
 */
export function checkValue(value: string, { type, tier, dataType, allowedPattern }: ValueRules): void {
  if (value === '') throw new InvalidParameter('The parameter value cannot be empty.')
  if (type === 'StringList' && value.split(',').some(item => item === '')) {
    throw new InvalidParameter('A StringList value cannot have empty items.')
  }
  if (Buffer.byteLength(value) > LARGEST_VALUE_BYTES[tier]) {
    throw new InvalidParameter(
      `${tier} tier parameters support a maximum parameter value of ${LARGEST_VALUE_BYTES[tier]} characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier.`,
    )
  }
  if (dataType === 'aws:ec2:image' && !/^ami-([0-9a-f]{8}|[0-9a-f]{17})$/.test(value)) {
    throw new InvalidParameter(`The value ${value} is not the ID of an Amazon Machine Image: ami-12345abcdeEXAMPLE.`)
  }
  if (allowedPattern !== undefined && !patternOf(allowedPattern).test(value)) {
    throw new ParameterPatternMismatchException(allowedPattern)
  }
}

// The whole value has to match, as in Java's `matches`.
function patternOf(pattern: string): RegExp {
  try {
    return new RegExp(`^(?:${pattern})$`)
  } catch {
    throw new InvalidAllowedPatternException()
  }
}

/** The tier of a value that is put with `Intelligent-Tiering`. */
export const tierFor = (value: string): ParameterTier =>
  Buffer.byteLength(value) > LARGEST_VALUE_BYTES.Standard ? 'Advanced' : 'Standard'
