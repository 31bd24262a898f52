import { ValidationException } from '../errors.ts'

// Numbers are decimals of up to 38 digits, which JavaScript's can't hold. They are written without exponent here.

/** Significant digits. DynamoDB Developer Guide, "Supported data types and naming rules", Number */
const MOST_DIGITS = 38
/** Powers of ten of the first digit. */
const HIGHEST = 125
const LOWEST = -130

/** Below 0, 0 or above it. */
export function compareDecimals(a: string, b: string): number {
  const [x, y] = sameScale(a, b)
  return x < y ? -1 : x > y ? 1 : 0
}

/** @throws ValidationException when the result has more digits, or is larger or smaller, than a number can be */
export function addDecimals(a: string, b: string): string {
  const [x, y, scale] = sameScale(a, b)
  return written(x + y, scale)
}

/** @throws ValidationException */
export const subtractDecimals = (a: string, b: string): string => addDecimals(a, negated(b))

const negated = (text: string): string => (text.startsWith('-') ? text.slice(1) : `-${text}`)

/** Both as whole numbers of the same power of ten. */
function sameScale(a: string, b: string): readonly [bigint, bigint, number] {
  const scale = Math.max(fractionOf(a).length, fractionOf(b).length)
  return [scaled(a, scale), scaled(b, scale), scale]
}

const fractionOf = (text: string): string => text.split('.')[1] ?? ''

function scaled(text: string, scale: number): bigint {
  const [whole = '0'] = text.replace('-', '').split('.')
  const magnitude = BigInt(whole + fractionOf(text).padEnd(scale, '0'))
  return text.startsWith('-') ? -magnitude : magnitude
}

function written(value: bigint, scale: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0')
  const whole = digits.slice(0, digits.length - scale)
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, '')
  checkRange(whole, fraction)
  return `${value < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`
}

function checkRange(whole: string, fraction: string): void {
  const significant = `${whole}${fraction}`.replace(/^0+/, '').replace(/0+$/, '')
  const power = whole === '0' ? -1 - (/^0*/.exec(fraction)?.[0].length ?? 0) : whole.length - 1
  if (significant === '') return
  const attempt = 'Attempting to store a number with magnitude'
  if (power > HIGHEST) throw new ValidationException(`Number overflow. ${attempt} larger than supported range`)
  if (power < LOWEST) throw new ValidationException(`Number underflow. ${attempt} smaller than supported range`)
  if (significant.length > MOST_DIGITS) {
    throw new ValidationException('Attempting to store more than 38 significant digits in a Number')
  }
}
