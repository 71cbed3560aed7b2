import { hmacValidator } from '@adyen/api-library';
import { headerOf, type Player } from './player.js';

const validator = new hmacValidator();

export const adyenPlatform: Player = {
  name: '@adyen/api-library',
  slug: 'adyen-platform',
  secret: '11223344D785FBAE710E7F943F307971BB61B21281C98C9129B3D4018A57B2EB',
  otherSecret: '00223344D785FBAE710E7F943F307971BB61B21281C98C9129B3D4018A57B2EB',
  header: 'hmacsignature',
  encoding: 'base64',
  prefix: '',
  sign: ({ body }, secret) => ({ hmacsignature: validator.calculateHmac(body, secret) }),
  verify: (delivery, secret) =>
    validator.validateHMACSignature(secret, headerOf(delivery, 'hmacsignature'), delivery.body),
};
