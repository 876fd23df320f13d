<NodesDefinition>
<config  big_endian_arr="1" />
<info source_doc_name="A few made-up registers" source_doc_version="Rev 9.9" />
<node name="tiny_ext" descr="" size="0x10.0" >
	<field name="kind" descr="" access="INDEX" enum="apple=0x1,pear=0x2" offset="0x0.0" size="0x0.8" />
	<field name="flag" descr="" access="RW" offset="0x0.31" size="0x0.1" />
	<field name="list" descr="" access="RO" high_bound="1" low_bound="0" offset="0x4.16" size="0x4.0" />
	<field name="fruit" descr="" subnode="fruit_auto_ext" access="RO" offset="0x8.0" size="0x8.0" union_selector="$(parent).kind" />
</node>
<node name="fruit_auto_ext" descr="" attr_is_union="1" size="0x8.0" >
	<field name="apple_ext" descr="" subnode="apple_ext" offset="0x0.0" selected_by="apple" size="0x8.0" />
	<field name="pear_ext" descr="" subnode="pear_ext" offset="0x0.0" selected_by="pear" size="0x4.0" />
</node>
<node name="apple_ext" descr="" size="0x8.0" >
	<field name="weight" descr="" access="RO" offset="0x0.0" size="0x8.0" />
</node>
<node name="pear_ext" descr="" size="0x4.0" >
	<field name="colour" descr="" access="RO" offset="0x0.24" size="0x0.8" />
</node>
<node name="snake_ext" descr="" size="0x4.0" >
	<field name="tail" descr="" subnode="snake_ext" offset="0x0.0" size="0x4.0" />
</node>
<node name="paos_reg_ext" descr="" size="0x10.0" >
	<field name="not_ours" descr="" offset="0x0.0" size="0x4.0" />
</node>
<node name="access_reg_summary_ctrl_ext" descr="" attr_is_union="1" size="0x4.0" >
	<field name="id" descr="" subnode="enum_entry" enum="TINY=0x7e01,SNAKE=0x7e02,PAOS=0x5006" offset="0x0.0" size="0x4.0" />
</node>
<node name="access_reg_summary_ext" descr="" attr_is_union="1" size="0x10.0" >
	<field name="tiny" descr="" subnode="tiny_ext" offset="0x0.0" selected_by="TINY" size="0x10" />
	<field name="snake" descr="" subnode="snake_ext" offset="0x0.0" selected_by="SNAKE" size="0x4" />
	<field name="paos" descr="" subnode="paos_reg_ext" offset="0x0.0" selected_by="PAOS" size="0x10" />
</node>
</NodesDefinition>
