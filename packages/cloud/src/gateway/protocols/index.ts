import type { OperationsApi } from '../api.ts'
import type { Codec } from './codec.ts'
import { jsonCodec } from './json.ts'
import { queryCodec } from './query.ts'
import { restJsonCodec, restXmlCodec } from './rest.ts'

/** How an API reads and writes; the one place that knows all protocols. */
export function codecOf({ protocol, operations }: OperationsApi): Codec {
  switch (protocol.kind) {
    case 'json':
      return jsonCodec(protocol.version, protocol.target, operations)
    case 'query':
    case 'ec2':
      return queryCodec(protocol, operations)
    case 'rest-json':
      return restJsonCodec(operations)
    case 'rest-xml':
      return restXmlCodec(protocol.namespace, operations)
  }
}
