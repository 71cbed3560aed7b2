/** What an admin key may do, each role what the ones before it may: look, run events again, change the installation. */
export const ROLES = ['viewer', 'operator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** The roles that may do what the given one may. */
export function rolesFrom(role: Role): readonly Role[] {
  return ROLES.slice(ROLES.indexOf(role));
}
