import { basename } from 'node:path'

/**
 * A stack's name made from the name of its template file: `web-app.template.yaml` is `web-app`.
 *
 * @see "Create a stack" in the AWS CloudFormation User Guide: a letter, then letters, digits and hyphens, at most 128
 */
export function stackNameOf(file: string): string {
  const bare = basename(file).replace(/(\.(template|ya?ml|json|cfn|cf|txt))+$/i, '')
  const name = bare.replace(/[^A-Za-z0-9]+/g, '-').replace(/^[^A-Za-z]+|-+$/g, '')
  return name.slice(0, 128) || 'stack'
}
