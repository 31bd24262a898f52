import { type Operation, type OperationsApi, type OperationsProtocol, protocolsOf } from '../api.ts'
import { cborCodec } from './cbor.ts'
import type { Codec } from './codec.ts'
import { jsonCodec } from './json.ts'
import { queryCodec } from './query.ts'
import { restJsonCodec, restXmlCodec } from './rest.ts'

/** How an API reads and writes, one codec for each protocol it speaks. */
export const codecsOf = (api: OperationsApi): readonly Codec[] =>
  protocolsOf(api).map(protocol => codecOf(protocol, api.operations))

/** The one place that knows all protocols. */
function codecOf(protocol: OperationsProtocol, operations: readonly Operation[]): Codec {
  switch (protocol.kind) {
    case 'json':
      return jsonCodec(protocol.version, protocol.target, operations)
    case 'query':
    case 'ec2':
      return queryCodec(protocol, operations)
    case 'rpc-v2-cbor':
      return cborCodec(protocol.service, operations)
    case 'rest-json':
      return restJsonCodec(operations)
    case 'rest-xml':
      return restXmlCodec(protocol.namespace, operations)
  }
}
