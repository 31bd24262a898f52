import type { Zone } from '@terrace/model'

// Regions with other letters than a, b and c for the zones that a new account sees.
const LETTERS: Readonly<Record<string, string>> = {
  'us-east-1': 'abcdef',
  'us-west-1': 'ab',
  'us-west-2': 'abcd',
  'ap-northeast-1': 'acd',
  'ap-northeast-2': 'abcd',
  'ca-central-1': 'abd',
}

/** The availability zones of a region in alphabetical order. */
export const zonesOf = (region: string): readonly Zone[] =>
  [...(LETTERS[region] ?? 'abc')].map(letter => `${region}${letter}`)

/** `aws`, `aws-cn` or `aws-us-gov`, as `AWS::Partition` gives it. */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn'
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'
}

/** What `AWS::URLSuffix` gives. */
export const urlSuffixOf = (region: string): string =>
  partitionOf(region) === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'
