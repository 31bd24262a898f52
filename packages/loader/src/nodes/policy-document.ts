import type { PolicyDocument } from '@terrace/model'
import { toPlain } from '../read/template-node.ts'
import type { PropertyReader } from './property-reader.ts'

/**
 * An IAM policy, its outer shape checked and a single statement put into a list.
 *
 * @throws TerraceError LOAD_BAD_PROPERTY
 */
export function policyDocumentOf(reader: PropertyReader, key: string): PolicyDocument {
  const node = reader.node(key)
  const document = node && toPlain(node)
  if (!isRecord(document)) throw reader.bad(key, 'a policy document')
  const { Statement: statement, Version: version } = document
  const statements = Array.isArray(statement) ? statement : [statement]
  for (const item of statements) {
    if (!isRecord(item)) throw reader.bad(key, 'a policy document whose Statement is a mapping or a list of them')
    if (item.Effect === 'Allow' || item.Effect === 'Deny') continue
    throw reader.bad(key, 'a policy document whose statements have the Effect "Allow" or "Deny"')
  }
  return {
    ...(version === undefined ? {} : { Version: String(version) }),
    Statement: statements as PolicyDocument['Statement'],
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
