import { loadError } from '../errors.ts'
import type { TemplateNode } from '../read/template-node.ts'
import type { ResolvedResource } from '../stack/resolved-resource.ts'

const REFERENCE = /\{\{resolve:([^}]*)\}\}/g

// An ARN has colons of its own: seven fields of it come first.
const SECRET_ID = '(?:arn:[^:]+:secretsmanager:[^:]*:[^:]*:secret:[^:]+|[^:]+)'
const FORMS: Readonly<Record<string, RegExp>> = {
  ssm: /^[a-zA-Z0-9_.\-/]+(:\d+)?$/,
  'ssm-secure': /^[a-zA-Z0-9_.\-/]+(:\d+)?$/,
  secretsmanager: new RegExp(`^${SECRET_ID}(:SecretString(:[^:]*(:[^:]*(:[^:]*)?)?)?)?:*$`),
}

/**
 * Checks the spelling of dynamic references in a resource's properties. They stay as they are: who uses the property
 * resolves them.
 *
 * @throws TerraceError LOAD_BAD_DYNAMIC_REFERENCE
 * @see "Get values stored in other services using dynamic references" in the AWS CloudFormation User Guide
 */
export function checkDynamicReferences({ properties, origin }: ResolvedResource): void {
  visit(properties, text => {
    for (const [whole, body = ''] of text.text.matchAll(REFERENCE)) {
      const colon = body.indexOf(':')
      const form = FORMS[body.slice(0, Math.max(colon, 0))]
      if (form?.test(body.slice(colon + 1))) continue
      throw loadError(
        'LOAD_BAD_DYNAMIC_REFERENCE',
        `${whole} is no dynamic reference`,
        { file: origin.place.file, line: text.line },
        'it is {{resolve:ssm:name:version}}, {{resolve:ssm-secure:name:version}} or {{resolve:secretsmanager:id:SecretString:key:stage:version}}',
      )
    }
  })
}

function visit(node: TemplateNode, see: (text: { readonly text: string; readonly line: number }) => void): void {
  if (node.kind === 'scalar') {
    if (node.text.includes('{{resolve:')) see(node)
  } else for (const item of node.kind === 'sequence' ? node.items : node.entries.values()) visit(item, see)
}
