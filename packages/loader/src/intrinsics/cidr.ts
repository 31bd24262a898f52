import { sequenceNode, textNode } from '../read/template-node.ts'
import { argumentsOf, badFunction, textArgument, wholeNumber } from './arguments.ts'
import type { Intrinsic } from './scope.ts'

const BLOCK = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/

/**
 * `Fn::Cidr`: consecutive IPv4 ranges of a block, each with `cidrBits` host bits (default: 8).
 *
 * @see CloudFormation "Fn::Cidr"  differs: IPv6 blocks are refused
 */
export const cidr: Intrinsic = call => {
  const [block, count, bits] = argumentsOf(call, 2, 3, 'an IPv4 block, a count and a number of host bits')
  const text = textArgument(call, block, 'the block')
  const match = BLOCK.exec(text)
  const bytes = match?.slice(1, 5).map(Number) ?? []
  const prefix = Number(match?.[5])
  if (!match || bytes.some(byte => byte > 255) || prefix > 32)
    throw badFunction(call, `takes an IPv4 block such as 10.0.0.0/16, not "${text}"`)
  const wanted = wholeNumber(call, count, 'the count')
  const hostBits = bits ? wholeNumber(call, bits, 'the host bits') : 8
  if (wanted < 1 || wanted > 256) throw badFunction(call, `makes 1 to 256 ranges, not ${wanted}`)
  if (hostBits > 32 - prefix || wanted * 2 ** hostBits > 2 ** (32 - prefix)) {
    throw badFunction(call, `cannot cut ${wanted} ranges of ${2 ** hostBits} addresses out of ${text}`)
  }
  const size = 2 ** (32 - prefix)
  const start = Math.floor(bytes.reduce((sum, byte) => sum * 256 + byte, 0) / size) * size
  const ranges = Array.from(
    { length: wanted },
    (_, index) => `${dotted(start + index * 2 ** hostBits)}/${32 - hostBits}`,
  )
  return sequenceNode(
    ranges.map(range => textNode(range, call.line)),
    call.line,
  )
}

const dotted = (address: number) => [24, 16, 8, 0].map(shift => Math.floor(address / 2 ** shift) % 256).join('.')
