const SECRETS =
  '/^(signature|digest|expected|mac|hmac|token|secret|hash)s?$|(Signature|Digest|Mac|Token|Secret|Hash)s?$/';
const COMPARED = `:matches(Identifier[name=${SECRETS}], MemberExpression[property.name=${SECRETS}])`;
const message =
  'How long this takes tells how much of a signature or a secret was right. Compare with sameText or comparisonOf.';

/** Keeps comparisons that stop at the first difference away from what an attacker could find out piece by piece. */
export const constantTime = {
  files: ['libs/signatures/src/**/*.ts', 'src/signature/**/*.ts'],
  ignores: ['**/*.spec.ts'],
  rules: {
    'no-restricted-syntax': [
      'error',
      // With nothing, undefined or a number say, no text is compared.
      ...['left', 'right'].map((side) => {
        const other = side === 'left' ? 'right' : 'left';
        const something = `:not([${other}.type="Literal"]):not([${other}.type="Identifier"][${other}.name="undefined"])`;
        return {
          selector: `BinaryExpression[operator=/^[!=]==?$/]${something} > ${COMPARED}.${side}`,
          message,
        };
      }),
      { selector: `CallExpression[callee.property.name=/^(equals|compare)$/] ${COMPARED}`, message },
    ],
  },
};
