-- SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
-- The form of mstflint's parameter database, with a few rows: some that are in
-- no other list of ours, and some that make no sense and have to be left out.
CREATE TABLE tlvs (name TEXT, id INT, target TEXT, cap INT, version TEXT, description TEXT, size INT, class INT,
  mlxconfig_name TEXT);
CREATE TABLE params (name TEXT, tlv_name TEXT, offset TEXT, size TEXT, type TEXT, description TEXT, textual_values TEXT,
  mlxconfig_name TEXT, dependency TEXT, valid_bit TEXT, temp_vars TEXT, min_val TEXT, max_val TEXT, rule TEXT, regex TEXT,
  supported_from_version INT, array_length INT);
INSERT INTO tlvs (name, id, size, class) VALUES
  ('nv_memic_conf', 6, 4, 0), ('nv_memic_cap', 7, 4, 0), ('nv_host_sync_conf', 138, 32, 0), ('nv_flex_parser_conf', 14, 20, 0),
  ('nv_global_pci_conf', 128, 12, 0), ('nv_rom_iscsi_initiator_chap_pwd', 569, 16, 3), ('nv_huge', 155, 5000, 0),
  ('nv_secure_host', 411, 32, 0), ('nv_module_split', 4, 16, 9), ('nv_wol_cap', 31, 4, 3), ('file_comment', 3, 4, 6), ('nv_internal_hairpin_conf', 19, 16, 0);
INSERT INTO params (name, tlv_name, offset, size, type, description, textual_values, mlxconfig_name, dependency, temp_vars,
  max_val, rule, array_length, supported_from_version) VALUES
  ('log_memic_bar_size', 'nv_memic_conf', '0x0.0', '0x0.8', 'UNSIGNED', 'Size of\;a BAR', '', 'MEMIC_BAR_SIZE',
   '$nv_memic_cap.max_memic_size_limit!=0', '$_twice=($nv_memic_cap.max_log_memic_bar_size*2)',
   '$nv_memic_cap.max_log_memic_bar_size', '$_twice >= $log_memic_bar_size && log2(8) == 3', 0, 0),
  ('memic_size_limit', 'nv_memic_conf', '0x0.8', '0x0.4', 'ENUM', '', 'DISABLED=0x0, JUNK=zz,WIDE=0x100000001,_256KB=0x1', 'MEMIC_SIZE_LIMIT',
   '$nv_memic_cap.max_memic_size_limit!=0', '', '', '', 0, 0),
  ('max_log_memic_bar_size', 'nv_memic_cap', '0x0.0', '0x0.8', 'UNSIGNED', '', '', NULL, '', '', '', '', 0, 0),
  ('max_memic_size_limit', 'nv_memic_cap', '0x0.8', '0x0.4', 'UNSIGNED', '', '', NULL, '', '', '', '', 0, 0),
  ('absent', 'nv_host_sync_conf', '0x0.0', '0x0.8', 'UNSIGNED', '', '', 'HOST_SYNC', 'ignore_dependency', '', '', '', 0, 0),
  ('loop', 'nv_flex_parser_conf', '0x0.0', '0x0.8', 'UNSIGNED', '', '', 'LOOP', '$_again', '$_again=$_again', '', '', 0, 0),
  ('broken', 'nv_flex_parser_conf', '0x0.8', '0x0.8', 'UNSIGNED', '', '', 'BROKEN', '(1 + ', '', '', '', 0, 0),
  ('unknown', 'nv_flex_parser_conf', '0x0.16', '0x0.8', 'UNSIGNED', '', '', 'UNKNOWN', '$nv_nothing.at_all == 0', '', '', '', 0, 0),
  ('elements', 'nv_flex_parser_conf', '0x4.24', '0x8.0', 'UNSIGNED', 'Bytes', '', 'ELEMENTS', '', '', '', '', 8, 0),
  ('uuid', 'nv_internal_hairpin_conf', '0x0.24', '0x10.0', 'BYTES', '', '', 'HAIRPIN_UUID', 'ignore_dependency', '', '', '', 16, 0),
  ('text', 'nv_internal_hairpin_conf', '0x0.0', '0x10.0', 'STRING', '', '', 'HAIRPIN_TEXT', 'ignore_dependency', '', '', '', 0, 0),
  ('outside', 'nv_memic_conf', '0x4.0', '0x0.8', 'UNSIGNED', '', '', 'OUTSIDE', 'ignore_dependency', '', '', '', 0, 0),
  ('askew', 'nv_memic_conf', '0x1.0', '0x0.8', 'UNSIGNED', '', '', 'ASKEW', 'ignore_dependency', '', '', '', 0, 0),
  ('wordy', 'nv_memic_conf', 'here', 'so much', 'UNSIGNED', '', '', 'WORDY', 'ignore_dependency', '', '', '', 0, 0),
  ('huge', 'nv_huge', '0x0.0', '0x0.8', 'UNSIGNED', '', '', 'HUGE', 'ignore_dependency', '', '', '', 0, 0),
  ('password', 'nv_rom_iscsi_initiator_chap_pwd', '0x0.0', '0x10.0', 'STRING', '', '', 'CHAP_PWD', 'ignore_dependency', '', '', '', 0, 0),
  ('secret', 'nv_secure_host', '0x0.0', '0x4.0', 'UNSIGNED', '', '', 'SECRET', 'ignore_dependency', '', '', '', 0, 0),
  ('lane', 'nv_module_split', '0x0.24', '0x10.0', 'BINARY', '', '', 'MODULE_SPLIT', 'ignore_dependency', '', '', '', 16, 0),
  ('en_wol_magic', 'nv_wol_cap', '0x0.10', '0x0.1', 'BOOL', '', '', 'CAP', 'ignore_dependency', '', '', '', 0, 0),
  ('comment', 'file_comment', '0x0.0', '0x4.0', 'UNSIGNED', '', '', 'COMMENT', 'ignore_dependency', '', '', '', 0, 0),
  ('of_ours', 'nv_global_pci_conf', '0x0.0', '0x0.8', 'UNSIGNED', 'not this one', '', 'NUM_OF_VFS', 'ignore_dependency', '', '', '', 0, 0),
  ('either', 'nv_memic_conf', '0x0.14', '0x0.1', 'BOOL', '', '', 'EITHER',
   '($nv_memic_cap.max_memic_size_limit != 0) || $nv_nothing.at_all', '', '2 > 1 ? 1 : $nv_nothing.at_all', '', 0, 0),
  ('nobody_says', 'nv_memic_conf', '0x0.12', '0x0.1', 'BOOL', '', '', 'NOBODY_SAYS', '', '', '', '', 0, 0),
  ('later', 'nv_memic_conf', '0x0.13', '0x0.1', 'BOOL', '', '', 'LATER', '', '', '', '', 0, 1),
  ('newer', 'nv_global_pci_conf', '0x0.8', '0x0.2', 'UNSIGNED', '', '', 'NEWER', '$nv_global_pci_conf.sriov_en', '', '', '', 0, 0);
