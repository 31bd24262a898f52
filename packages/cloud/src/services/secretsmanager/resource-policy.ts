import type { PolicyDocument, PolicyStatement } from '@terrace/model'
import { readPolicy } from '../../identity/read-policy.ts'
import { MalformedPolicyDocument } from './errors.ts'

/** Condition keys that leave a statement for everybody to somebody. User Guide "Blocking public access" */
const NARROWING = [
  'aws:principalarn',
  'aws:principalaccount',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:sourcearn',
  'aws:sourceaccount',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:sourceip',
  'aws:userid',
]

/** @throws MalformedPolicyDocument */
export function parsePolicy(text: string): PolicyDocument {
  const document = readPolicy(text)
  if (!document) throw new MalformedPolicyDocument('This resource policy contains a syntax error.')
  const nobody = document.Statement.some(
    ({ Principal, NotPrincipal }) => Principal === undefined && NotPrincipal === undefined,
  )
  if (nobody) throw new MalformedPolicyDocument('This resource policy contains a statement without a principal.')
  return document
}

/** Whether it lets everybody in. */
export const isPublic = ({ Statement }: PolicyDocument): boolean =>
  Statement.some(statement => statement.Effect === 'Allow' && meansEverybody(statement) && !isNarrowed(statement))

function meansEverybody({ Principal, NotPrincipal }: PolicyStatement): boolean {
  if (NotPrincipal !== undefined || Principal === '*') return true
  return Object.values(Principal ?? {}).some(names => [names].flat().includes('*'))
}

const isNarrowed = ({ Condition = {} }: PolicyStatement): boolean =>
  Object.entries(Condition).some(
    ([operator, keys]) =>
      !/Not|IfExists/.test(operator) && Object.keys(keys).some(key => NARROWING.includes(key.toLowerCase())),
  )
