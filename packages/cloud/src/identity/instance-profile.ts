/**
 * The instance profile that carries a role.
 *
 * differs: it has its role's name and path here; in a template its own name may be another one
 */
export const profileArnOf = (roleArn: string): string => roleArn.replace(':role/', ':instance-profile/')
