import { stringField } from 'hookwell/handler-kit';

/** What is numbered in a repository, all by one count. */
export const NUMBERED = ['pull_request', 'issue', 'discussion'] as const;

/** Where events that are no push keep the branch that they ran on. */
const BRANCHES = [
  ['workflow_run', 'head_branch'],
  ['workflow_job', 'head_branch'],
  ['check_suite', 'head_branch'],
  ['check_run', 'check_suite', 'head_branch'],
] as const;

/** A repository's pull request, issue, discussion or ref; the repository itself for events about none. */
export function orderingKey(event: unknown): string | null {
  const repository = stringField(event, 'repository', 'full_name');
  if (repository === null) return null;
  const number = firstOf(NUMBERED.map((name) => stringField(event, name, 'number')));
  if (number !== null) return `${repository} #${number}`;
  const ref = refOf(event);
  return ref === null ? repository : `${repository} ${ref}`;
}

/** In full, `refs/heads/main` say, however the event spells it. */
function refOf(event: unknown): string | null {
  const ref = stringField(event, 'ref');
  const kind = stringField(event, 'ref_type');
  // With a kind beside it, in create and delete, it is short.
  if (ref !== null) return kind === null ? ref : `refs/${kind === 'tag' ? 'tags' : 'heads'}/${ref}`;
  const tag = stringField(event, 'release', 'tag_name');
  if (tag !== null) return `refs/tags/${tag}`;
  const branch = firstOf(BRANCHES.map((path) => stringField(event, ...path)));
  return branch === null ? null : `refs/heads/${branch}`;
}

function firstOf(values: readonly (string | null)[]): string | null {
  return values.find((value) => value !== null) ?? null;
}
