import type { PropertyReader } from './property-reader.ts'

type Encoding = 'LITERAL' | 'UNQUOTED_JSON_VALUE' | 'JSON_VALUE' | 'YAML_STRING'

const ENCODINGS: readonly Encoding[] = ['LITERAL', 'UNQUOTED_JSON_VALUE', 'JSON_VALUE', 'YAML_STRING']

/**
 * The text that takes a marker's place in the files of a bucket deployment, encoded as its configuration says.
 *
 * @see the handler of `BucketDeployment` in aws-cdk-lib 2.276
 */
export function markerValue(markers: PropertyReader, name: string, configuration: PropertyReader | undefined): string {
  const value = markers.requiredText(name)
  const byDefault = configuration?.boolean('jsonEscape') ? 'UNQUOTED_JSON_VALUE' : 'LITERAL'
  const encoding = configuration?.object('markerEncodings')?.oneOf(name, ENCODINGS) ?? byDefault
  const json = JSON.stringify(value)
  if (encoding === 'UNQUOTED_JSON_VALUE') return json.slice(1, -1)
  if (encoding === 'JSON_VALUE') return json
  if (encoding === 'YAML_STRING') return isPlainYaml(value) ? value : json
  return value
}

const isPlainYaml = (value: string) =>
  /^[A-Za-z][A-Za-z0-9._-]*$/.test(value) && !/^(y|n|yes|no|true|false|on|off|null)$/i.test(value)
